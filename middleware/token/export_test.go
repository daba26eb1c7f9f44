package token

import "time"

// NewProofMemory lets a test have a memory that is small enough to be filled.
func NewProofMemory(limit int) func(key, jti string, until, now time.Time) error {
	m := newProofMemory(limit)
	return func(key, jti string, until, now time.Time) error {
		return useProof(m, proofID{key: key, jti: jti}, until, now)
	}
}

// MaxShare is the part of a memory that one key may take.
const MaxShare = maxShare

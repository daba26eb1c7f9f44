package token

import (
	"context"
	"crypto/sha256"
	"time"
)

// Results keeps for several processes what introspection found out. It is not believed:
// what it keeps is sealed with a key that it does not know, made of the secret by which the
// gate authenticates itself to the endpoint, and of the token. It must be safe for
// concurrent use, and should not take long.
type Results interface {
	// Get returns what is kept under a key, or nil.
	Get(key string) []byte

	// Put keeps a value under a key for some time, or does not.
	Put(key string, value []byte, keepFor time.Duration)
}

// Proofs remembers for several processes which proofs were used (RFC 9449, section 11.1).
// It must be safe for concurrent use, and should not take long.
type Proofs interface {
	// Use remembers a proof at least until it ends, and tells whether it is fresh: used for
	// the first time. An error says that this cannot be known, as for a proof that was made
	// before anything was remembered.
	Use(ctx context.Context, id [sha256.Size]byte, made, until time.Time) (fresh bool, err error)
}

// Share lets processes have results and proofs in common. Either may be nil.
func Share(v *Verifier, b *Binding, results Results, proofs Proofs) {
	v.results = results
	b.proofs = proofs
}

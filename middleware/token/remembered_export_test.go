package token

import (
	"encoding/binary"
	"time"
)

// Remembered counts the verified and the refused tokens that the process remembers.
func Remembered() (verified, refused int) {
	return count(shared.verified), count(shared.refused)
}

// Fill has the process remember many tokens that nobody sends.
func Fill(tokens int) {
	later := time.Now().Add(time.Hour)
	for i := 0; i < tokens; i++ {
		var id [digestSize]byte
		binary.LittleEndian.PutUint64(id[:], uint64(i)*0x9e3779b97f4a7c15)
		keep(shared.verified, id, &memory{claims: &Claims{}, until: later})
	}
}

// Bound gives the process another memory of tokens, for which no policy has asked yet, until
// the returned function is called.
func Bound(verified, refused int) (restore func()) {
	was, wasRefused, tokens := shared.verified, shared.refused, shared.tokens
	shared.tokens = 0
	shared.verified = newGenerations(verified)
	shared.refused = newGenerations(refused)
	return func() {
		shared.verified = was
		shared.refused = wasRefused
		shared.tokens = tokens
	}
}

// MaxAsking is how many questions to one endpoint may be open.
const MaxAsking = maxAsking

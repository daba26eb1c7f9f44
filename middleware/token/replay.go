package token

import (
	"crypto/sha256"
	"sync"
	"time"
)

// usedProofs is shared by all instances of the process, as shared is: a proof that one
// has seen is used up for all, also after a change of configuration.
var usedProofs = newProofMemory(maxProofs)

const (
	// maxProofs bounds the remembered proofs. A proof is remembered for as long as it
	// could be sent again, and at most twice as long; with proofs of one minute there is
	// room for some 2000 requests a second.
	maxProofs = 1 << 18

	// maxShare is the part of the memory that the proofs of one key may take.
	maxShare = 4
)

// proofMemory remembers proofs until they are too old to be accepted (RFC 9449, section
// 11.1). Forgetting one early would let it be sent again, so a memory that is full accepts
// none until the oldest have ended. A client that fills its own share shuts out itself
// only; to shut out others takes several keys, each with a token that is bound to it.
type proofMemory struct {
	mu    sync.Mutex
	limit int
	young *generation
	old   *generation
}

// generation is a set of proofs that are forgotten together.
type generation struct {
	seen  map[[sha256.Size]byte]bool
	byKey map[string]int // how many of them each key made
	until time.Time      // when the last of them ends
}

// proofID tells a proof from others (RFC 9449, section 4.2: jti is unique; we do not trust
// one client not to use another's).
type proofID struct {
	key string // thumbprint, of one length for all
	jti string
}

func newProofMemory(limit int) *proofMemory {
	return &proofMemory{limit: limit, young: newGeneration(), old: newGeneration()}
}

func newGeneration() *generation {
	return &generation{seen: map[[sha256.Size]byte]bool{}, byKey: map[string]int{}}
}

// useProof remembers a good proof until it ends. ErrProof: it was used before.
// ErrUnavailable: there is no room.
func useProof(m *proofMemory, id proofID, until, now time.Time) error {
	sum := sha256.Sum256([]byte(id.key + id.jti))
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.young.seen[sum] || m.old.seen[sum] {
		return badProof("its jti was used before")
	}
	if now.After(m.old.until) {
		m.old = m.young
		m.young = newGeneration()
	}
	all := len(m.young.seen) + len(m.old.seen)
	own := m.young.byKey[id.key] + m.old.byKey[id.key]
	if all >= m.limit || own >= m.limit/maxShare {
		return ErrUnavailable
	}
	m.young.seen[sum] = true
	m.young.byKey[id.key]++
	if until.After(m.young.until) {
		m.young.until = until
	}
	return nil
}

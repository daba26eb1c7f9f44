package token

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"time"
)

// The state that all verifiers of the process share. Traefik builds new instances at each
// configuration change and tells no old one that it is over; what is known of issuers and
// tokens must outlive instances without growing.
var shared = newRemembered()

const (
	// maxKeySets bounds the issuers whose keys are kept.
	maxKeySets = 256

	// maxTokens bounds the remembered tokens: two generations of half as many each.
	maxTokens = 1 << 16
)

// memory is a token that was verified.
type memory struct {
	claims *Claims
	until  time.Time
	keys   *keySet // nil: the key is pinned
	print  string  // of the key that signed it
}

type remembered struct {
	mu      sync.RWMutex
	young   map[[sha256.Size]byte]*memory
	old     map[[sha256.Size]byte]*memory
	keySets map[string]*keySet
	sources map[[sha256.Size]byte]*source // of the gate's own tokens
}

func newRemembered() *remembered {
	return &remembered{young: map[[sha256.Size]byte]*memory{}, keySets: map[string]*keySet{}}
}

// recall finds a verified token that has not ended and whose key is still good.
func recall(id [sha256.Size]byte, now time.Time) *Claims {
	shared.mu.RLock()
	m, young := shared.young[id]
	if !young {
		m = shared.old[id]
	}
	shared.mu.RUnlock()
	if m == nil || !now.Before(m.until) {
		return nil
	}
	if m.keys != nil && !holds(m.keys, m.print, now) {
		return nil
	}
	if !young {
		remember(id, m)
	}
	return m.claims
}

// remember keeps a verified token. When a generation is full the one before it goes, and
// with it all that was not recalled since.
func remember(id [sha256.Size]byte, m *memory) {
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if len(shared.young) >= maxTokens/2 {
		shared.old = shared.young
		shared.young = map[[sha256.Size]byte]*memory{}
	}
	shared.young[id] = m
}

// sharedKeySet returns the process's one key set of an issuer.
func sharedKeySet(issuer, jwksURL string, timing timing) *keySet {
	id := fmt.Sprintf("%q %q %v", issuer, jwksURL, timing)
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if s := shared.keySets[id]; s != nil {
		return s
	}
	if len(shared.keySets) >= maxKeySets {
		for other := range shared.keySets {
			delete(shared.keySets, other)
			break
		}
	}
	s := &keySet{issuer: issuer, jwksURL: jwksURL, timing: timing}
	shared.keySets[id] = s
	return s
}

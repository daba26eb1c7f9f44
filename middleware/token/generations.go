package token

import (
	"crypto/sha256"
	"sync"
	"time"
)

// memory is what was found out about a token.
type memory struct {
	claims *Claims // nil: the token was refused
	err    error   // why
	until  time.Time
	keys   *keySet // nil: the key is pinned, or there is none
	print  string  // of the key that signed it
}

// generations remembers tokens by digest, in two maps of half the limit each. When the
// young one is full it becomes the old one, and what was in the old one and has not been
// found since is forgotten: what is in use stays, at no cost for keeping a list.
type generations struct {
	mu    sync.RWMutex
	limit int // of both together
	young map[[sha256.Size]byte]*memory
	old   map[[sha256.Size]byte]*memory
}

func newGenerations(limit int) *generations {
	return &generations{limit: limit, young: map[[sha256.Size]byte]*memory{}}
}

// resize changes the limit for what is kept from now on.
func resize(g *generations, limit int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.limit = limit
}

// find returns what is remembered and has not ended, or nil.
func find(g *generations, id [sha256.Size]byte, now time.Time) *memory {
	g.mu.RLock()
	m, young := g.young[id]
	if !young {
		m = g.old[id]
	}
	g.mu.RUnlock()
	if m == nil || !now.Before(m.until) {
		return nil
	}
	if !young {
		keep(g, id, m)
	}
	return m
}

func keep(g *generations, id [sha256.Size]byte, m *memory) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.young) >= g.limit/2 {
		g.old = g.young
		g.young = map[[sha256.Size]byte]*memory{}
	}
	g.young[id] = m
}

// together is a memory beside its claims: with many tokens in turns, most of the time goes
// into fetching what lies apart.
type together struct {
	memory memory
	claims Claims
}

// remembering is the memory of a verified token.
func remembering(claims *Claims, until time.Time) *memory {
	t := &together{claims: *claims}
	t.claims.Remembered = true
	t.claims.Scopes = commonScopes(claims.Scopes)
	t.memory.claims = &t.claims
	t.memory.until = until
	return &t.memory
}

// asRemembered is what later callers are told; it is made once, so that they cost nothing.
func asRemembered(claims *Claims) *Claims {
	if claims == nil {
		return nil
	}
	again := *claims
	again.Remembered = true
	return &again
}

// count is how many tokens are remembered; one that has moved on counts twice.
func count(g *generations) int {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return len(g.young) + len(g.old)
}

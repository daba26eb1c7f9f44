//go:build yaegi
// +build yaegi

package token

import (
	"sync"
	"time"
)

// Room is nothing: here what is remembered of a token is handed out as it is.
type Room struct{}

// recall finds a verified token that has not ended and whose key is still good.
func recall(id [digestSize]byte, now time.Time, _ *Room) *Claims {
	m := find(shared.verified, id, now)
	if m == nil || (m.keys != nil && !holds(m.keys, m.print, now)) {
		return nil
	}
	return m.claims
}

// refused is why a token was refused before, if it was.
func refused(id [digestSize]byte, now time.Time) error {
	m := find(shared.refused, id, now)
	if m == nil {
		return nil
	}
	return m.err
}

// generations remembers tokens by digest, in two maps of half the limit each. When the
// young one is full it becomes the old one, and what was in the old one and has not been
// found since is forgotten: what is in use stays, at no cost for keeping a list.
type generations struct {
	mu    sync.RWMutex
	limit int // of both together
	young map[[digestSize]byte]*memory
	old   map[[digestSize]byte]*memory
}

func newGenerations(limit int) *generations {
	return &generations{limit: limit, young: map[[digestSize]byte]*memory{}}
}

// resize changes the limit for what is kept from now on.
func resize(g *generations, limit int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.limit = limit
}

// find returns what is remembered and has not ended, or nil.
func find(g *generations, id [digestSize]byte, now time.Time) *memory {
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

func keep(g *generations, id [digestSize]byte, m *memory) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.young) >= g.limit/2 {
		g.old = g.young
		g.young = map[[digestSize]byte]*memory{}
	}
	g.young[id] = m
}

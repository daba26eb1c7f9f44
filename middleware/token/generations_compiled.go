//go:build !yaegi
// +build !yaegi

package token

import (
	"sync"
	"time"
)

// generations remembers tokens by digest, in two cohorts of half the limit each. When
// the young one is full it becomes the old one, and what was in the old one and has not been
// found since is forgotten: what is in use stays, at no cost for keeping a list.
type generations struct {
	began time.Time // by the clock that does not jump
	mu    sync.RWMutex
	limit int // of both together
	young *cohort
	old   *cohort
}

// Room is where what is remembered of a token is put together, so that it takes no memory.
type Room struct {
	claims Claims
	common *commonality
}

func newGenerations(limit int) *generations {
	return &generations{began: time.Now(), limit: limit, young: newCohort(limit / 2), old: newCohort(0)}
}

// resize changes the limit for what is kept from now on.
func resize(g *generations, limit int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.limit = limit
	if g.young.slots.count == 0 {
		g.young = newCohort(limit / 2)
	}
}

// recall finds a verified token that has not ended and whose key is still good.
func recall(id [digestSize]byte, now time.Time, room *Room) *Claims {
	if !find(shared.verified, id, now, room) {
		return nil
	}
	if c := room.common; c.keys != nil && !holds(c.keys, c.print, now) {
		return nil
	}
	return &room.claims
}

// refused is why a token was refused before, if it was.
func refused(id [digestSize]byte, now time.Time) error {
	var room Room
	if !find(shared.refused, id, now, &room) {
		return nil
	}
	return room.common.err
}

// find tells whether a token is remembered and has not ended, and fills the room with what
// is remembered of it.
func find(g *generations, id [digestSize]byte, now time.Time, room *Room) bool {
	g.mu.RLock()
	c := g.young
	s := c.slots.find(&id)
	if s == nil {
		c = g.old
		s = c.slots.find(&id)
	}
	if s == nil || !s.until.isAfter(now, g.began) {
		g.mu.RUnlock()
		return false
	}
	until, old := s.until, c != g.young
	fill(room, c, s)
	g.mu.RUnlock()
	if old {
		again := room.claims
		m := &memory{claims: &again, err: room.common.err, keys: room.common.keys, print: room.common.print}
		keepUntil(g, id, m, until)
	}
	return true
}

func keep(g *generations, id [digestSize]byte, m *memory) {
	keepUntil(g, id, m, instantOf(m.until, g.began))
}

func keepUntil(g *generations, id [digestSize]byte, m *memory, until instant) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.young.slots.count >= g.limit/2 {
		g.old = g.young
		g.young = newCohort(g.limit / 2)
	}
	add(g.young, id, m, until)
}

// count is how many tokens are remembered; one that has moved on counts twice.
func count(g *generations) int {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.young.slots.count + g.old.slots.count
}

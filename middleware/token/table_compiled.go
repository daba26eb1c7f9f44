//go:build !yaegi
// +build !yaegi

package token

import "encoding/binary"

// table finds slots by digest. It has no pointers that the collector would have to follow,
// and a look into it takes one or two lines of the processor's cache, side by side: with a
// million tokens in turns, a map of pointers took ten (bench/growth). It is divided, so that
// no growth takes long.
type table struct {
	parts []part // as many as a power of two
	count int
}

// usualPart is how many slots a part is meant for.
const usualPart = 4096

// newTable returns a table for so many slots; it can have more.
func newTable(slots int) table {
	parts := 1
	for parts*usualPart < slots {
		parts *= 2
	}
	return table{parts: make([]part, parts)}
}

func (t *table) part(id *[digestSize]byte) *part {
	return &t.parts[int(binary.LittleEndian.Uint32(id[:]))&(len(t.parts)-1)]
}

// part is a table with open addressing, at most three quarters full. Digests are as good as
// random, so they are their own hashes.
type part struct {
	slots []slot
	used  int
}

// slot is what is known of one token, in 48 bytes.
type slot struct {
	id      [digestSize]byte
	until   instant
	common  uint32 // the place of what it has in common with others, from one; zero: the slot is free
	text    uint32 // where its own texts begin
	expiry  int64  // in seconds since 1970
	subject uint16 // how long the texts are, in bytes
	client  uint16
}

func (s *slot) taken() bool { return s.common != 0 }

func (s *slot) place() uint32 { return s.common - 1 }

func (s *slot) setPlace(place uint32) { s.common = place + 1 }

// find returns the slot of a digest, or nil.
func (t *table) find(id *[digestSize]byte) *slot {
	p := t.part(id)
	if len(p.slots) == 0 {
		return nil
	}
	if s := p.at(id); s.taken() {
		return s
	}
	return nil
}

// take returns the slot of a digest, or a free one, which the caller fills.
func (t *table) take(id *[digestSize]byte) *slot {
	p := t.part(id)
	if 4*(p.used+1) > 3*len(p.slots) {
		p.grow()
	}
	s := p.at(id)
	if !s.taken() {
		s.id = *id
		p.used++
		t.count++
	}
	return s
}

// at returns the slot of a digest, or the free one where it would be.
func (p *part) at(id *[digestSize]byte) *slot {
	last := len(p.slots) - 1
	for i := int(binary.LittleEndian.Uint32(id[4:])); ; i++ {
		if s := &p.slots[i&last]; !s.taken() || s.id == *id {
			return s
		}
	}
}

// leastSlots is how many slots a part has to begin with, a power of two.
const leastSlots = 4

func (p *part) grow() {
	old := p.slots
	size := 2 * len(old)
	if size == 0 {
		size = leastSlots
	}
	p.slots = make([]slot, size)
	for i := range old {
		if old[i].taken() {
			*p.at(&old[i].id) = old[i]
		}
	}
}

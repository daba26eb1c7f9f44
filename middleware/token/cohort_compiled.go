//go:build !yaegi
// +build !yaegi

package token

import (
	"math"
	"strings"
	"time"
)

// cohort is a number of tokens. What is known of each is in a slot of its table and, without
// a pointer, in a text.
type cohort struct {
	slots  table
	texts  []*strings.Builder // pages that are filled one after the other
	common []*commonality
	places map[commonID]uint32 // of what several tokens have in common
}

// commonality is what tokens have in common, or all that is known of one that is unusual.
type commonality struct {
	claims Claims
	whole  bool    // the claims are one token's; else Subject, ClientID and Expiry are not all tokens'
	err    error   // why the token was refused; nil: it was not
	keys   *keySet // nil: the key is pinned, or there is none
	print  string  // of the key that signed it
}

// commonID sets apart what usual tokens have in common. Lists of the same scopes are the same
// one; see commonScopes.
type commonID struct {
	issuer string
	kind   string
	scopes *string // the first
	count  int
	keys   *keySet
	print  string
}

// pageSize is how many bytes of texts lie together.
const pageSize = 16 << 10

func newCohort(tokens int) *cohort {
	return &cohort{slots: newTable(tokens), places: map[commonID]uint32{}}
}

// add remembers a token. What is found out about it again takes the place of what was known,
// so that a cohort grows with its tokens alone.
func add(c *cohort, id [digestSize]byte, m *memory, until instant) {
	s := c.slots.take(&id)
	s.until = until
	if s.taken() && c.common[s.place()].whole {
		c.common[s.place()] = wholeOf(m)
		return
	}
	place, usual := c.place(m)
	if !usual || (s.taken() && ownText(c, s) != m.claims.Subject+m.claims.ClientID) {
		c.common = append(c.common, wholeOf(m))
		s.setPlace(uint32(len(c.common) - 1))
		return
	}
	if !s.taken() {
		s.text = c.write(m.claims.Subject, m.claims.ClientID)
	}
	s.subject = uint16(len(m.claims.Subject))
	s.client = uint16(len(m.claims.ClientID))
	s.expiry = m.claims.Expiry.Unix()
	s.setPlace(place)
}

// wholeOf is all that is known of a token.
func wholeOf(m *memory) *commonality {
	all := &commonality{whole: true, err: m.err, keys: m.keys, print: m.print}
	if m.claims != nil {
		all.claims = *m.claims
	}
	return all
}

// place finds, or makes, the place of what a token has in common with others, if the rest of
// it fits into a slot and a text.
func (c *cohort) place(m *memory) (place uint32, usual bool) {
	if m.err != nil || m.claims == nil || unusual(c, m.claims) {
		return 0, false
	}
	id := commonID{issuer: m.claims.Issuer, kind: m.claims.Kind, count: len(m.claims.Scopes), keys: m.keys, print: m.print}
	if len(m.claims.Scopes) > 0 {
		id.scopes = &m.claims.Scopes[0]
	}
	place, usual = c.places[id]
	if usual || len(c.places) >= maxScopes {
		return place, usual
	}
	all := wholeOf(m)
	all.whole = false
	c.common = append(c.common, all)
	place = uint32(len(c.common) - 1)
	c.places[id] = place
	return place, true
}

// unusual tells whether claims do not fit into a slot and a text.
func unusual(c *cohort, claims *Claims) bool {
	return claims.Named != nil || claims.Confirmation != nil || claims.Expiry.Nanosecond() != 0 ||
		len(claims.Subject)+len(claims.ClientID) > pageSize || len(c.texts) >= math.MaxUint32/pageSize
}

// write puts the texts of a token one behind the other, and says where they begin.
func (c *cohort) write(subject, client string) uint32 {
	last := len(c.texts) - 1
	if last < 0 || c.texts[last].Len()+len(subject)+len(client) >= pageSize {
		c.texts = append(c.texts, &strings.Builder{})
		last++
	}
	at := last*pageSize + c.texts[last].Len()
	c.texts[last].WriteString(subject)
	c.texts[last].WriteString(client)
	return uint32(at)
}

// ownText is the subject of a usual token, and the client right behind it.
func ownText(c *cohort, s *slot) string {
	page, at := s.text/pageSize, int(s.text%pageSize)
	return c.texts[page].String()[at : at+int(s.subject)+int(s.client)]
}

// fill puts together what is remembered of a token.
func fill(room *Room, c *cohort, s *slot) {
	room.common = c.common[s.place()]
	room.claims = room.common.claims
	if room.common.whole {
		return
	}
	text := ownText(c, s)
	room.claims.Subject = text[:s.subject]
	room.claims.ClientID = text[s.subject:]
	room.claims.Expiry = time.Time{}
	if s.expiry != (time.Time{}).Unix() {
		room.claims.Expiry = time.Unix(s.expiry, 0)
	}
}

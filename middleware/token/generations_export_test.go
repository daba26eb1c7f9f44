//go:build !yaegi
// +build !yaegi

package token

import "time"

// Memory is a memory of tokens, and whatever was found out about them.
type Memory struct{ tokens *generations }

// NewMemory returns a memory of so many tokens.
func NewMemory(limit int) Memory { return Memory{newGenerations(limit)} }

// Keep remembers what was found out about a token: claims, or why it was refused.
func (m Memory) Keep(raw string, claims *Claims, err error, until time.Time) {
	keep(m.tokens, idOf("", raw), &memory{claims: claims, err: err, until: until})
}

// Find returns what is remembered, if anything is: claims, or why the token was refused.
func (m Memory) Find(raw string, now time.Time) (claims Claims, known bool, refusal error) {
	var room Room
	if !find(m.tokens, idOf("", raw), now, &room) {
		return Claims{}, false, nil
	}
	return room.claims, true, room.common.err
}

// Sizes says how much is kept beside the slots, in numbers of things and of pages.
func (m Memory) Sizes() (common, pages int) {
	return len(m.tokens.young.common), len(m.tokens.young.texts)
}

// Ends tells whether something that lasts until a time has ended.
func Ends(until, began, now time.Time) bool { return !instantOf(until, began).isAfter(now, began) }

// Digest is what a token is remembered by under a configuration.
func Digest(space, raw string) [digestSize]byte { return idOf(space, raw) }

// DigestWithoutGMAC is Digest where GMAC cannot be had.
func DigestWithoutGMAC(space, raw string) [digestSize]byte { return digester{}.of(space, raw) }

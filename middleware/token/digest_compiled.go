//go:build !yaegi
// +build !yaegi

package token

import "crypto/sha256"

// usualInput is how many bytes are digested at once: more than most tokens have.
const usualInput = 1 << 10

// idOf is the digest by which a token is remembered, set apart by a configuration's space.
// It costs no memory.
func idOf(space, raw string) (id [sha256.Size]byte) {
	var room [usualInput]byte
	digest := sha256.New()
	input := append(room[:0], space...)
	for len(raw) > 0 {
		taken := len(room) - len(input)
		if taken > len(raw) {
			taken = len(raw)
		}
		digest.Write(append(input, raw[:taken]...))
		raw = raw[taken:]
		input = room[:0]
	}
	digest.Sum(id[:0])
	return id
}

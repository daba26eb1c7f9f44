//go:build yaegi
// +build yaegi

package token

import "crypto/sha256"

// digestSize is how many bytes a token is remembered by.
const digestSize = sha256.Size

// idOf is the digest by which a token is remembered, set apart by a configuration's space.
func idOf(space, raw string) [digestSize]byte { return sha256.Sum256([]byte(space + raw)) }

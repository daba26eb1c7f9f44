//go:build yaegi
// +build yaegi

package token

import "crypto/sha256"

// idOf is the digest by which a token is remembered, set apart by a configuration's space.
func idOf(space, raw string) [sha256.Size]byte { return sha256.Sum256([]byte(space + raw)) }

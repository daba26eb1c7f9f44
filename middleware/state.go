//go:build !yaegi
// +build !yaegi

package middleware

import (
	"time"

	"github.com/attrgate/attrgate/middleware/token"
)

// Tokens returns what is known at a moment of those who are asked about tokens, for
// operators.
func (g *Gate) Tokens(now time.Time) token.State {
	return token.StateOf(g.verifier, now)
}

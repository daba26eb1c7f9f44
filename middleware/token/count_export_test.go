//go:build yaegi
// +build yaegi

package token

// count is how many tokens are remembered; one that has moved on counts twice.
func count(g *generations) int {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return len(g.young) + len(g.old)
}

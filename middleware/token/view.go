//go:build !yaegi
// +build !yaegi

package token

// Wanted lists the scopes that a route wants, and tells of each whether a token with the
// held ones has it.
func Wanted(s *Scopes, held []string) (wanted []string, has []bool) {
	for i := range s.wanted {
		wanted = append(wanted, s.wanted[i])
		has = append(has, holdsScope(s, i, held))
	}
	return wanted, has
}

//go:build yaegi
// +build yaegi

package attribute

// stands would tell whether a key is a name as it stands, if that were cheaper here.
func stands(_ *naming, _ string) bool { return false }

// isReserved tells whether a name is a reserved one.
func isReserved(n *naming, name string) bool { return n.reserved[loosely(name)] }

// has tells whether a name is among others, compared loosely.
func has(names map[string]bool, name string) bool { return names[loosely(name)] }

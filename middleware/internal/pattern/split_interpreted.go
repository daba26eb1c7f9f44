//go:build yaegi
// +build yaegi

package pattern

import "strings"

// places would be room for a path, if that were cheaper here than to make some.
type places struct {
	nodes []*node
}

// split divides a path at its slashes.
func split(path string, _ *places) []string { return strings.Split(path, "/") }

// fold maps all letter cases of a text to one, beyond ASCII too: the Kelvin sign is a k.
func fold(s string) string { return strings.ToLower(strings.ToUpper(s)) }

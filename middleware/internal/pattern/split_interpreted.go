//go:build yaegi
// +build yaegi

package pattern

import (
	"strings"
)

// places would be room for a path, if that were cheaper here than to make some.
type places struct {
	nodes []*node
}

// sentPath is anyPath.
var sentPath = anyPath

// split divides a path at its slashes, into a number of segments at the most.
func split(path string, most int, _ *places) []string { return strings.SplitN(path, "/", most) }

// fold maps all letter cases of a text to one, beyond ASCII too: the Kelvin sign is a k.
func fold(s string) string { return strings.ToLower(strings.ToUpper(s)) }

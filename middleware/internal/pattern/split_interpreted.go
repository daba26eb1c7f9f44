//go:build yaegi
// +build yaegi

package pattern

import (
	"net/url"
	"strings"
)

// places would be room for a path, if that were cheaper here than to make some.
type places struct {
	nodes   []*node
	unplain bool // the path as sent has characters of unplain
}

// sentPath is anyPath.
func sentPath(u *url.URL, room *places) (raw string, segments []string) { return anyPath(u, room) }

// split divides a path at its slashes.
func split(path string, _ *places) []string { return strings.Split(path, "/") }

// fold maps all letter cases of a text to one, beyond ASCII too: the Kelvin sign is a k.
func fold(s string) string { return strings.ToLower(strings.ToUpper(s)) }

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

// sentPath returns a path as it was sent, and its segments; nil if it does not begin with a
// slash.
func sentPath(u *url.URL, room *places) (raw string, segments []string) {
	raw = u.Opaque
	if raw == "" {
		raw = u.EscapedPath()
	}
	if !strings.HasPrefix(raw, "/") {
		return raw, nil
	}
	room.unplain = strings.ContainsAny(raw, unplain)
	return raw, strings.Split(raw[1:], "/")
}

// split divides a path at its slashes.
func split(path string, _ *places) []string { return strings.Split(path, "/") }

// fold maps all letter cases of a text to one, beyond ASCII too: the Kelvin sign is a k.
func fold(s string) string { return strings.ToLower(strings.ToUpper(s)) }

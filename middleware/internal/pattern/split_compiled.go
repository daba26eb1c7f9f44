//go:build !yaegi
// +build !yaegi

package pattern

import (
	"net/url"
	"strings"
)

// places is room for a path of usual length.
type places struct {
	segments [16]string
	nodes    [4]*node
	unplain  bool // the path as sent has characters of unplain
}

// sentPath returns a path as it was sent, and its segments; nil if it does not begin with a
// slash. Usual paths have nothing escaped, so that one pass over them tells.
func sentPath(u *url.URL, room *places) (raw string, segments []string) {
	if u.Opaque == "" && u.RawPath == "" && strings.HasPrefix(u.Path, "/") && neverEscaped(u.Path) {
		return u.Path, split(u.Path[1:], room)
	}
	raw = u.Opaque
	if raw == "" {
		raw = u.EscapedPath()
	}
	if !strings.HasPrefix(raw, "/") {
		return raw, nil
	}
	room.unplain = strings.ContainsAny(raw, unplain)
	return raw, split(raw[1:], room)
}

// usualBytes make up paths that mean the same to everyone (RFC 3986, section 2.3), and slashes.
var usualBytes = bytesOf("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/")

func bytesOf(characters string) (table [256]bool) {
	for i := 0; i < len(characters); i++ {
		table[characters[i]] = true
	}
	return table
}

func neverEscaped(path string) bool {
	for i := 0; i < len(path); i++ {
		if !usualBytes[path[i]] {
			return false
		}
	}
	return true
}

// split divides a path at its slashes, in the room if it is large enough.
func split(path string, room *places) []string {
	segments := room.segments[:0]
	start := 0
	for i := 0; i < len(path); i++ {
		if path[i] == '/' {
			segments = append(segments, path[start:i])
			start = i + 1
		}
	}
	return append(segments, path[start:])
}

// fold maps all letter cases of a text to one, beyond ASCII too: the Kelvin sign is a k.
func fold(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 0x80 || ('A' <= c && c <= 'Z') {
			return strings.ToLower(strings.ToUpper(s))
		}
	}
	return s
}

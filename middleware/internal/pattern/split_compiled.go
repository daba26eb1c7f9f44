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
}

// sentPath is anyPath, with less to do for usual paths.
func sentPath(u *url.URL, most int, room *places) (raw string, segments []string) {
	if u.Opaque == "" && u.RawPath == "" {
		if segments := splitUsual(u.Path, most, room); segments != nil {
			return u.Path, segments
		}
	}
	return anyPath(u, most, room)
}

// usualBytes are those that mean the same to everyone in a path (RFC 3986, section 2.3).
var usualBytes = tableOf("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")

func tableOf(characters string) (table [256]bool) {
	for i := 0; i < len(characters); i++ {
		table[characters[i]] = true
	}
	return table
}

// splitUsual is split for a path after its first slash, if it is made of usual bytes, so that
// nothing in it is escaped, and has less segments than a number; nil if it is not.
func splitUsual(path string, most int, room *places) []string {
	if path == "" || path[0] != '/' {
		return nil
	}
	path = path[1:]
	segments := room.segments[:0]
	start := 0
	for i, c := range []byte(path) {
		if usualBytes[c] {
			continue
		}
		if c != '/' || len(segments)+1 == most {
			return nil
		}
		segments = append(segments, path[start:i])
		start = i + 1
	}
	return append(segments, path[start:])
}

// split divides a path at its slashes, into a number of segments at the most, in the room if
// it is large enough.
func split(path string, most int, room *places) []string {
	segments := room.segments[:0]
	for {
		end := strings.IndexByte(path, '/')
		if end < 0 || len(segments)+1 == most {
			return append(segments, path)
		}
		segments = append(segments, path[:end])
		path = path[end+1:]
	}
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

//go:build !yaegi
// +build !yaegi

package pattern

import "strings"

// places is room for a path of usual length.
type places struct {
	segments [16]string
	nodes    [4]*node
}

// split divides a path at its slashes, in the room if it is large enough.
func split(path string, room *places) []string {
	segments := room.segments[:0]
	for {
		end := strings.IndexByte(path, '/')
		if end < 0 {
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

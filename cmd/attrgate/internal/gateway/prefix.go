package gateway

import (
	"net/url"
	"strings"
)

// cutPrefix takes a prefix off a path and its encoded form, if it is the first part of both:
// /ccm off /ccm and /ccm/x, but not off /ccmx. What is left begins with a slash.
func cutPrefix(u *url.URL, prefix string) (path, raw string, found bool) {
	if prefix == "" {
		return u.Path, u.RawPath, true
	}
	rest, found := strings.CutPrefix(u.Path, prefix)
	if !found || (rest != "" && rest[0] != '/') {
		return "", "", false
	}
	raw = u.RawPath
	if raw != "" {
		n := encodedLength(raw, prefix)
		if n < 0 {
			return "", "", false
		}
		raw = raw[n:]
	}
	if rest == "" {
		return "/", "", true
	}
	return rest, raw, true
}

// encodedLength returns how many bytes of an encoded path stand for a prefix that its
// decoded form has. It is -1 if a slash in them is encoded, or the one after them: then it
// divides nothing, and the prefix is not there.
func encodedLength(raw, prefix string) int {
	i := 0
	for _, letter := range []byte(prefix) {
		switch {
		case raw[i] != '%':
			i++
		case letter == '/':
			return -1
		default:
			i += len("%2F")
		}
	}
	if i < len(raw) && raw[i] != '/' {
		return -1
	}
	return i
}

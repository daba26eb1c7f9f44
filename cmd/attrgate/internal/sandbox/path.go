package sandbox

import (
	"net/url"
	"strings"
)

const (
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"

	maxID         = 64
	maxScreenName = 100
)

// segments is a request path, cut at its slashes before decoding: "%2F" stays in its segment.
type segments []string

func split(address *url.URL) segments {
	parts := strings.Split(strings.TrimPrefix(address.EscapedPath(), "/"), "/")
	for i, part := range parts {
		decoded, err := url.PathUnescape(part)
		if err != nil {
			return nil
		}
		parts[i] = decoded
	}
	return parts
}

// matches compares segment by segment; "*" stands for any.
func (s segments) matches(pattern ...string) bool {
	if len(s) != len(pattern) {
		return false
	}
	for i, want := range pattern {
		if want != "*" && want != s[i] {
			return false
		}
	}
	return true
}

func isID(text string) bool {
	return text != "" && len(text) <= maxID && consistsOf(text, letters+digits+"_-")
}

func isScreenName(text string) bool {
	return text != "" && len(text) <= maxScreenName &&
		consistsOf(text[:1], letters+digits) && consistsOf(text, letters+digits+"_.-")
}

func consistsOf(text, allowed string) bool {
	return strings.Trim(text, allowed) == ""
}

// Package tokencheck says what is in an access token, and what a gate would say of it, with
// or without asking anybody.
package tokencheck

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strings"
)

var (
	inHeader = regexp.MustCompile(`(?i)\bauthorization:\s*[!-~]+\s+([!#-&(-~]+)`)
	inText   = regexp.MustCompile(`\be[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*`)
)

// Find returns the token in a text: that of an Authorization header, as in a curl command,
// or else the first JWT, or else all of it without the white space around.
func Find(text string) string {
	if found := inHeader.FindStringSubmatch(text); found != nil {
		return found[1]
	}
	if found := inText.FindString(text); found != "" {
		return found
	}
	return strings.TrimSpace(text)
}

// Token is a JWT taken apart. Nothing in it is believed.
type Token struct {
	Header, Claims map[string]any

	raw     string
	payload string
}

// Decode takes a JWT apart, and tells whether it is one.
func Decode(raw string) (Token, bool) {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return Token{}, false
	}
	t := Token{raw: raw, payload: parts[1]}
	return t, decodePart(parts[0], &t.Header) && decodePart(parts[1], &t.Claims)
}

func decodePart(part string, into *map[string]any) bool {
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return false
	}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	return decoder.Decode(into) == nil && *into != nil
}

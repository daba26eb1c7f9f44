package token

import (
	"math"
	"strings"
	"time"

	"github.com/attrgate/attrgate/middleware/internal/jsondoc"
)

// jwt is a signed token taken apart (RFC 7515, section 3.1); nothing in it is believed yet.
type jwt struct {
	header    map[string]any
	claims    map[string]any
	signed    []byte // what the signature covers
	signature []byte
}

// looksLikeJWT tells a JWT from an opaque token by its three parts, of which the first
// begins as base64url of a brace does.
func looksLikeJWT(raw string) bool {
	return strings.Count(raw, ".") == 2 && strings.HasPrefix(raw, "e")
}

// parseClaims reads the claims of what looks like a JWT, before anything else of it.
func parseClaims(raw string) (map[string]any, bool) {
	return parsePart(strings.Split(raw, ".")[1])
}

// parseJWT takes the rest of a token apart. Parts that are not canonical base64url, headers
// or claims that are not one strict JSON object (RFC 7519, section 4: names must be
// unique), and headers that ask for more than a plain signature or bring a key of their own
// (RFC 8725, section 3.10) are refused.
func parseJWT(raw string, claims map[string]any) (*jwt, error) {
	t, ok := takeApart(raw, claims)
	if !ok {
		return nil, ErrMalformed
	}
	if _, ownKey := t.header["jwk"]; ownKey {
		return nil, ErrMalformed
	}
	return t, nil
}

// takeApart is parseJWT for any JWT of three parts, also one that brings its own key.
func takeApart(raw string, claims map[string]any) (*jwt, bool) {
	parts := strings.Split(raw, ".")
	header, ok := parsePart(parts[0])
	if !ok || asksForMore(header) {
		return nil, false
	}
	signature, err := unbase64(parts[2])
	if err != nil {
		return nil, false
	}
	covered := []byte(raw[:len(parts[0])+1+len(parts[1])])
	return &jwt{header: header, claims: claims, signed: covered, signature: signature}, true
}

// jsonDepth is how deep the JSON of a token, or of an answer about one, may be.
const jsonDepth = 16

func parsePart(part string) (map[string]any, bool) {
	text, err := unbase64(part)
	if err != nil {
		return nil, false
	}
	return jsondoc.DecodeObject(text, jsonDepth)
}

// asksForMore tells whether a header holds extensions to be understood (RFC 7515, section
// 4.1.11), places to get keys from (RFC 8725, section 3.10), an unencoded payload (RFC
// 7797), compression, encryption, or a token inside the token (RFC 7519, section 5.2).
func asksForMore(header map[string]any) bool {
	for _, name := range []string{"crit", "b64", "jku", "x5u", "x5c", "zip", "enc"} {
		if _, there := header[name]; there {
			return true
		}
	}
	inside, _ := header["cty"].(string)
	return strings.EqualFold(inside, "JWT")
}

// text returns a member that must be a string if it is there.
func text(object map[string]any, name string) (value string, ok bool) {
	member, there := object[name]
	if !there {
		return "", true
	}
	value, ok = member.(string)
	return value, ok
}

// date returns a NumericDate (RFC 7519, section 2), which must be a finite number, within
// the years that time.Time can show, if it is there.
func date(claims map[string]any, name string) (at time.Time, there, ok bool) {
	member, there := claims[name]
	if !there {
		return time.Time{}, false, true
	}
	seconds, ok := member.(float64)
	if !ok || math.IsNaN(seconds) || seconds < 0 || seconds > 253402300799 {
		return time.Time{}, true, false
	}
	return time.Unix(int64(seconds), 0), true, true
}

// list returns a member that is a string or a list of strings.
func list(member any) ([]string, bool) {
	if s, ok := member.(string); ok {
		return []string{s}, true
	}
	elements, ok := member.([]any)
	if !ok {
		return nil, false
	}
	strs := make([]string, 0, len(elements))
	for _, e := range elements {
		s, ok := e.(string)
		if !ok {
			return nil, false
		}
		strs = append(strs, s)
	}
	return strs, true
}

// lookup finds a claim by its name, or by a dotted path through objects.
func lookup(claims map[string]any, path string) (any, bool) {
	if member, there := claims[path]; there {
		return member, true
	}
	first, rest, dotted := strings.Cut(path, ".")
	inner, ok := claims[first].(map[string]any)
	if !dotted || !ok {
		return nil, false
	}
	return lookup(inner, rest)
}

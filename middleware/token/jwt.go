package token

import (
	"strings"
	"time"

	"github.com/attrgate/attrgate/middleware/internal/jsondoc"
)

// jwt is a signed token taken apart (RFC 7515, section 3.1); nothing in it is believed yet.
type jwt struct {
	raw    string
	parts  []string // header, claims and signature, as they were sent
	claims map[string]any
}

// looksLikeJWT tells a JWT from an opaque token by its three parts, of which the first
// begins as base64url of a brace does.
func looksLikeJWT(raw string) bool {
	return strings.Count(raw, ".") == 2 && strings.HasPrefix(raw, "e")
}

// parseJWT divides what looks like a JWT, and reads its claims before anything else of it.
func parseJWT(raw string) (*jwt, bool) {
	parts := strings.Split(raw, ".")
	claims, ok := parsePart(parts[1])
	return &jwt{raw: raw, parts: parts, claims: claims}, ok
}

// covered is what the signature of a token covers (RFC 7515, section 5.2).
func covered(t *jwt) []byte { return []byte(t.raw[:len(t.raw)-len(t.parts[2])-1]) }

// jsonDepth is how deep the JSON of a token, or of an answer about one, may be.
const jsonDepth = 16

// parsePart reads a part that is canonical base64url of one strict JSON object (RFC 7519,
// section 4: names must be unique).
func parsePart(part string) (map[string]any, bool) {
	text, err := unbase64(part)
	if err != nil {
		return nil, false
	}
	return jsondoc.DecodeObject(text, jsonDepth)
}

// parseHeader reads a header that asks for no more than a plain signature.
func parseHeader(part string) (map[string]any, bool) {
	header, ok := parsePart(part)
	return header, ok && !asksForMore(header)
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

// lastSecond is the end of the years that time.Time can show.
const lastSecond = 253402300799

// date returns a NumericDate (RFC 7519, section 2), which must be a finite number, within
// the years that time.Time can show, if it is there; else the zero time.
func date(claims map[string]any, name string) (at time.Time, ok bool) {
	member, there := claims[name]
	if !there {
		return at, true
	}
	seconds, ok := member.(float64)
	if !ok || !(seconds >= 0 && seconds <= lastSecond) {
		return at, false
	}
	return time.Unix(int64(seconds), 0), true
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
	member, there := claims[path]
	if there || !strings.Contains(path, ".") {
		return member, there
	}
	return lookupInside(claims, path)
}

func lookupInside(claims map[string]any, path string) (any, bool) {
	first, rest, _ := strings.Cut(path, ".")
	inner, _ := claims[first].(map[string]any)
	return lookup(inner, rest)
}

package token

import "strings"

// header is what the header of a token says to its issuer (RFC 7515, section 4.1).
type header struct {
	alg   algorithm
	kid   string // or empty
	unfit error  // what keeps it from naming a key
}

// maxHeaders bounds the headers that are known of an issuer. It has one for each key, as a
// rule; where it has more, they are forgotten together.
const maxHeaders = 16

// headerOf reads a header. The one of a token that was verified is known by its text, since
// an issuer's tokens have few of them. ErrMalformed: it asks for more than a plain signature,
// or brings a key of its own (RFC 8725, section 3.10). ErrType.
func headerOf(is *issuer, part string) (*header, error) {
	if h := knownHeader(is, part); h != nil {
		return h, nil
	}
	said, ok := parseHeader(part)
	if _, ownKey := said["jwk"]; !ok || ownKey {
		return nil, ErrMalformed
	}
	typ, ok := text(said, "typ")
	if !ok || !is.types[mediaType(typ)] {
		return nil, ErrType
	}
	name, _ := text(said, "alg")
	alg, accepted := is.algorithms[name]
	kid, ok := text(said, "kid")
	h := &header{alg: alg, kid: kid}
	switch {
	case !accepted:
		h.unfit = ErrAlgorithm
	case !ok:
		h.unfit = ErrMalformed
	}
	return h, nil
}

// knownHeader returns nil for one that was in no token that was verified.
func knownHeader(is *issuer, part string) *header {
	known, _ := is.headers.Load().(map[string]*header)
	return known[part]
}

// keepHeader takes note of the header of a token that was verified.
func keepHeader(is *issuer, part string, h *header) {
	known, _ := is.headers.Load().(map[string]*header)
	if known[part] != nil {
		return
	}
	more := map[string]*header{strings.Clone(part): h}
	if len(known) < maxHeaders {
		for other := range known {
			more[other] = known[other]
		}
	}
	is.headers.Store(more)
}

package tokens

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// draft is a token before it is signed: whatever is odd in it is covered by a good
// signature, so that nobody refuses it for that alone.
type draft struct {
	name           string
	header, claims string // JSON, or something like it
	kid            string // of the key that signs
	alg            string // to sign with; empty: the key's own
	salt           int    // of RSA-PSS; zero: as long as the hash
	spelling       [3]spelling
	finish         func(signed string) string // nil: nothing
}

// spelling writes bytes as base64url, more or less.
type spelling int

const (
	canonical spelling = iota
	padded
	looseTail
	lineBreak
	spellings // how many there are
)

func (s spelling) of(b []byte) string {
	text := encode(b)
	switch {
	case s == padded:
		return base64.URLEncoding.EncodeToString(b)
	case s == looseTail && len(text)%4 != 0:
		const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
		last := strings.IndexByte(alphabet, text[len(text)-1])
		return text[:len(text)-1] + alphabet[last|1:last|1+1]
	case s == lineBreak:
		return text[:len(text)/2] + "\r\n" + text[len(text)/2:]
	}
	return text
}

// sign makes a token of a draft.
func (c *court) sign(d draft) (string, error) {
	for _, s := range c.signers {
		if s.kid != d.kid {
			continue
		}
		alg := d.alg
		if alg == "" {
			alg = s.sign
		}
		salt := d.salt
		if salt == 0 {
			salt = -1 // rsa.PSSSaltLengthEqualsHash
		}
		covered := d.spelling[0].of([]byte(d.header)) + "." + d.spelling[1].of([]byte(d.claims))
		signature, err := s.signature(alg, []byte(covered), salt)
		raw := covered + "." + d.spelling[2].of(signature)
		if d.finish != nil {
			raw = d.finish(raw)
		}
		return raw, err
	}
	return "", fmt.Errorf("there is no key %q", d.kid)
}

// goodHeader names the first P-256 key.
const goodHeader = `{"alg":"ES256","kid":"p256-1","typ":"JWT"}`

// goodClaims are what everybody accepts.
func goodClaims() string {
	return fmt.Sprintf(`{"iss":%q,"aud":%q,"sub":"crm","scope":"a b","iat":%d,"exp":%d}`,
		issuer, audience, noon.Unix(), noon.Unix()+3600)
}

// good is a draft that everybody accepts.
func good(name string) draft {
	return draft{name: name, header: goodHeader, claims: goodClaims(), kid: "p256-1"}
}

// set replaces a member of a flat JSON object, or adds it at the end.
func set(object, name, value string) string {
	start := strings.Index(object, `"`+name+`":`)
	if start < 0 {
		return object[:len(object)-1] + `,"` + name + `":` + value + `}`
	}
	end := start + strings.IndexAny(object[start:], ",}")
	return object[:start] + `"` + name + `":` + value + object[end:]
}

// without takes a member out of a flat JSON object.
func without(object, name string) string {
	object = set(object, name, "gone")
	object = strings.Replace(object, `"`+name+`":gone,`, "", 1)
	return strings.Replace(object, `,"`+name+`":gone`, "", 1)
}

// again adds a member whether or not there is one of its name.
func again(object, name, value string) string {
	return object[:len(object)-1] + `,"` + name + `":` + value + `}`
}

package tokens

import (
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
)

// What the table of differences asks about a token.

// hasLineBreak tells whether there is a line break in the signature, or in header or claims.
func hasLineBreak(v view, inSignature bool) bool {
	at := strings.LastIndex(v.raw, ".")
	if inSignature {
		return strings.ContainsAny(v.raw[at+1:], "\r\n")
	}
	return at > 0 && strings.ContainsAny(v.raw[:at], "\r\n")
}

// signedAsWritten tells whether the signature covers header and claims as they are spelled.
func signedAsWritten(v view) bool {
	return signedOver(v, v.covered(), anyKey)
}

// signedOver tells whether the signature is good for another spelling of header and claims.
func signedOver(v view, message string, by func(signer) bool) bool {
	kid, alg := v.key()
	for _, s := range v.court.candidates(kid, alg) {
		if by(s) && jwt.GetSigningMethod(alg).Verify(message, v.signature(), s.key.Public()) == nil {
			return true
		}
	}
	return false
}

func anyKey(signer) bool { return true }

func hasLooseTail(v view) bool {
	for _, part := range v.parts {
		_, loose := base64.RawURLEncoding.DecodeString(part)
		_, strict := base64.RawURLEncoding.Strict().DecodeString(part)
		if loose == nil && strict != nil {
			return true
		}
	}
	return false
}

func notUnicode(v view) bool {
	for _, text := range v.texts {
		if !utf8.ValidString(text) || halfPair(text) {
			return true
		}
	}
	return false
}

var escape = regexp.MustCompile(`\\(u[0-9a-fA-F]{4}|.)`)

// halfPair finds an escaped surrogate without its other half.
func halfPair(text string) bool {
	open := -1 // where a low surrogate must follow
	for _, at := range escape.FindAllStringIndex(text, -1) {
		e := strings.ToLower(text[at[0]:at[1]])
		high, low := e >= `\ud800` && e <= `\udbff`, e >= `\udc00` && e <= `\udfff`
		if low != (open == at[0]) {
			return true
		}
		open = -1
		if high {
			open = at[1]
		}
	}
	return open >= 0
}

func beyondFloat(member any) bool {
	switch m := member.(type) {
	case json.Number:
		_, err := m.Float64()
		return err != nil
	case []any:
		for _, element := range m {
			if beyondFloat(element) {
				return true
			}
		}
	case map[string]any:
		for _, element := range m {
			if beyondFloat(element) {
				return true
			}
		}
	}
	return false
}

func critical(v view) bool {
	_, there := v.header("crit")
	return there
}

// harmless tells whether go-jose has nothing against the crit.
func harmless(v view) bool {
	member, _ := v.header("crit")
	names, ok := member.([]any)
	for _, name := range names {
		if name != "b64" {
			return false
		}
	}
	return ok || member == nil
}

func asksForMore(v view) bool {
	for _, name := range []string{"b64", "jwk", "jku", "x5u", "x5c", "zip", "enc"} {
		if _, there := v.header(name); there {
			return true
		}
	}
	return false
}

// joseChokes tells whether go-jose cannot read what a header holds beyond a plain token's.
func joseChokes(v view) bool {
	if b64, _ := v.header("b64"); b64 == false {
		return true
	}
	if member, _ := v.header("jwk"); member != nil {
		text, _ := json.Marshal(member)
		var key jose.JSONWebKey
		if key.UnmarshalJSON(text) != nil || !key.Valid() || !key.IsPublic() {
			return true
		}
	}
	chain, _ := v.header("x5c")
	certificates, ok := chain.([]any)
	return chain != nil && (!ok || len(certificates) > 0)
}

// isOther tells whether one of the members is there and neither a string nor null.
func isOther(object map[string]any, names ...string) bool {
	for _, name := range names {
		member := object[name]
		if _, ok := member.(string); !ok && member != nil {
			return true
		}
	}
	return false
}

func isNull(v view, name string) bool {
	member, there := v.claim(name)
	return there && member == nil
}

func wrongType(v view) bool {
	member, there := v.header("typ")
	if !there {
		return false
	}
	typ, ok := member.(string)
	typ = strings.TrimPrefix(strings.ToLower(typ), "application/")
	return !ok || (typ != "" && typ != "jwt" && typ != "at+jwt")
}

func wrongScope(v view) bool {
	for _, name := range []string{"scope", "scp"} {
		member, there := v.claim(name)
		if _, ok := member.(string); !there || ok {
			continue
		}
		scopes, ok := member.([]any)
		if !ok {
			return true
		}
		for _, scope := range scopes {
			if _, ok := scope.(string); !ok {
				return true
			}
		}
	}
	return false
}

// wrongConfirmation tells whether there is a cnf that asks for more than a key's or a
// certificate's SHA-256.
func wrongConfirmation(v view) bool {
	member, there := v.claim("cnf")
	names, _ := member.(map[string]any)
	for name, value := range names {
		digest, _ := value.(string)
		sum, err := base64.RawURLEncoding.Strict().DecodeString(digest)
		if (name != "jkt" && name != "x5t#S256") || err != nil || len(sum) != 32 || len(digest) != 43 {
			return true
		}
	}
	return there && len(names) == 0
}

// hasTime tells whether one of the claims is a number such as is asked for.
func (v view) hasTime(names []string, such func(float64) bool) bool {
	for _, name := range names {
		if seconds, ok := v.seconds(name); ok && such(seconds) {
			return true
		}
	}
	return false
}

// otherThanTheKeys tells whether the signature is good by a key that is for another
// algorithm, and by no other.
func otherThanTheKeys(v view) bool {
	_, alg := v.key()
	right := func(s signer) bool { return s.alg == "" || s.alg == alg }
	return signedAsWritten(v) && !signedOver(v, v.covered(), right)
}

// otherSalt tells whether the signature is good but for the length of its salt.
func otherSalt(v view) bool {
	kid, alg := v.key()
	if !strings.HasPrefix(alg, "PS") || !signedAsWritten(v) {
		return false
	}
	for _, s := range v.court.candidates(kid, alg) {
		public, _ := s.key.Public().(*rsa.PublicKey)
		options := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}
		if rsa.VerifyPSS(public, hashOf(alg), digest(alg, []byte(v.covered())), v.signature(), options) == nil {
			return false
		}
	}
	return true
}

package replay

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tokencheck"
)

// certificate stands in for the certificates and keys that tokens are bound to. A log holds
// none of them, so whoever sent a bound token is taken to have had what it is bound to. The
// gate compares its digest only.
const certificate = "attrgate replay"

// connection is the TLS connection of every request.
func connection() *tls.ConnectionState {
	return &tls.ConnectionState{PeerCertificates: []*x509.Certificate{{Raw: []byte(certificate)}}}
}

func thumbprint() string {
	sum := sha256.Sum256([]byte(certificate))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// exchangeJWT returns a token of ours with the same claims, if the policy would accept who
// signed it and how. Any other token is left for the gate to refuse.
func (o *office) exchangeJWT(scheme string, t tokencheck.Token) pass {
	is, listed := o.issuers[text(t.Claims, "iss")]
	dpop := strings.EqualFold(scheme, "DPoP")
	bound, fits := binding(t.Claims, dpop)
	algorithm, _ := t.Header["alg"].(string)
	switch {
	case o.asks && (o.always || !listed):
		claims := maps.Clone(t.Claims)
		claims["iss"], claims["aud"] = ownIssuer, ownAudience
		return o.trust(scheme, t, claims, fits && dpop)
	case !listed || !fits || hasSecret(is) && !o.vouches(is) || !slices.Contains(algorithms(is), algorithm):
		return pass{}
	case bound:
		p := o.trust(scheme, t, maps.Clone(t.Claims), dpop)
		if o.vouches(is) {
			p.unproven = scheme + " " + o.signer.Sign(t)
		}
		return p
	case o.vouches(is):
		return pass{authorization: scheme + " " + o.signer.Sign(t), standing: trusted}
	}
	return pass{}
}

// binding tells whether a token is bound to its sender in a way that the gate knows, and
// whether the scheme fits that.
func binding(claims map[string]any, dpop bool) (bound, fits bool) {
	confirmation, _ := claims["cnf"].(map[string]any)
	for name := range confirmation {
		if name != "jkt" && name != "x5t#S256" {
			return false, !dpop // the gate refuses it
		}
	}
	_, key := confirmation["jkt"]
	return len(confirmation) > 0, key == dpop
}

// trust signs changed claims of a recorded token.
func (o *office) trust(scheme string, t tokencheck.Token, claims map[string]any, dpop bool) pass {
	if dpop {
		scheme = ownScheme
	}
	kind, _ := t.Header["typ"].(string)
	return pass{authorization: scheme + " " + o.sign(kind, claims), standing: trusted, proven: dpop}
}

// assume is a token with all scopes.
func (o *office) assume() pass {
	return pass{authorization: ownScheme + " " + o.sign("JWT", map[string]any{
		"iss": ownIssuer, "aud": ownAudience, "exp": farAway, "scope": o.scopes, "cnf": map[string]any{"x5t#S256": ""},
	}), standing: assumed}
}

// farAway is the last second of the year 9999.
const farAway = 253402300799

// issue makes a token of claims. What is missing for a token is filled in.
func (o *office) issue(claims map[string]any, s standing) pass {
	claims = maps.Clone(claims)
	if o.first != nil && claims["iss"] == nil {
		claims["iss"] = o.first.Issuer
	}
	is, listed := o.issuers[text(claims, "iss")]
	if !listed && (o.asks || claims["iss"] == nil) || hasSecret(is) && !o.vouches(is) {
		claims["iss"], claims["aud"] = ownIssuer, ownAudience
	}
	if claims["aud"] == nil && len(is.Audiences) > 0 {
		claims["aud"] = is.Audiences[0]
	}
	p := pass{standing: s, good: goodAt(claims), subject: text(claims, "sub"), client: text(claims, "client_id")}
	if claims["exp"] == nil {
		claims["exp"] = farAway
	}
	p.authorization = ownScheme + " " + o.sign(firstOf(is.TokenTypes), claims)
	return p
}

// issueText makes a token of claims as a log holds them.
func (o *office) issueText(text []byte) pass {
	claims, err := ParseClaims(text)
	if err != nil {
		return pass{}
	}
	return o.issue(claims, trusted)
}

// ParseClaims reads an object of claims. Numbers keep their text.
func ParseClaims(text []byte) (claims map[string]any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	err = decoder.Decode(&claims)
	return claims, err
}

// sign makes a token, bound to our certificate if it is bound to anything.
func (o *office) sign(kind string, claims map[string]any) string {
	if bound, _ := binding(claims, false); bound {
		claims["cnf"] = map[string]any{"x5t#S256": thumbprint()}
	}
	header := map[string]any{"alg": o.signer.Algorithm()}
	if kind != "" {
		header["typ"] = kind
	}
	t, _ := tokencheck.Decode(part(header) + "." + part(claims) + ".") // we have just made it
	return o.signer.Sign(t)
}

func part(object map[string]any) string {
	text, _ := json.Marshal(object) // it came from JSON
	return base64.RawURLEncoding.EncodeToString(text)
}

func firstOf(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

func text(claims map[string]any, name string) string {
	value, _ := claims[name].(string)
	return value
}

// goodAt is a time at which a token was good, by its own claims; zero if it never ends.
func goodAt(claims map[string]any) time.Time {
	issued, before := date(claims, "iat"), date(claims, "nbf")
	switch expiry := date(claims, "exp"); {
	case !before.IsZero() && before.After(issued):
		return before
	case !issued.IsZero():
		return issued
	case !expiry.IsZero():
		return expiry.Add(-time.Second)
	}
	return time.Time{}
}

func date(claims map[string]any, name string) time.Time {
	number, _ := claims[name].(json.Number)
	seconds, err := number.Float64()
	if err != nil || seconds <= 0 || seconds > farAway {
		return time.Time{}
	}
	return time.Unix(int64(seconds), 0)
}

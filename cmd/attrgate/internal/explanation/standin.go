package explanation

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tokencheck"
	"github.com/attrgate/attrgate/middleware/policy"
)

// standIn is a policy under which the gate asks nobody, and decides all the same where that
// is possible.
type standIn struct {
	policy  policy.Policy
	asked   []string // issuers whose keys would be fetched
	claimed bool     // the claims are given, and vouched for by a stand-in of the issuer
	notes   []string
	close   func() // ends what stands in
}

func (s *standIn) note(text string) { s.notes = append(s.notes, text) }

// newStandIn replaces what would need the network. Where an issuer publishes its keys, a key
// that nobody has is pinned: all else that is wrong with a token is found before that is.
// An introspection endpoint gets a secret that cannot be read, so that it is not asked.
func newStandIn(p policy.Policy) (*standIn, error) {
	s := &standIn{policy: p, close: func() {}}
	_, nobodys, err := tokencheck.Mint(nil, "")
	if err != nil {
		return nil, err
	}
	s.policy.Issuers = slices.Clone(p.Issuers)
	for i := range s.policy.Issuers {
		is := &s.policy.Issuers[i]
		if len(is.Keys) == 0 && is.Secret+is.SecretEnv+is.SecretFile == "" {
			s.asked = append(s.asked, is.Issuer)
			is.JWKSURL, is.Keys = "", []string{nobodys}
		}
	}
	s.policy.Introspection = slices.Clone(p.Introspection)
	for i := range s.policy.Introspection {
		in := &s.policy.Introspection[i]
		in.ClientSecret, in.ClientSecretEnv, in.ClientSecretFile = "", "", os.DevNull
	}
	s.withoutCredentials()
	return s, nil
}

// withoutCredentials keeps the gate from obtaining a token of its own.
func (s *standIn) withoutCredentials() {
	s.policy.Routes = slices.Clone(s.policy.Expand().Routes)
	for i := range s.policy.Routes {
		s.policy.Routes[i].Forward.Credentials = policy.Credentials{}
	}
}

// claim lets the gate take claims as verified. It returns the token that has them.
func (s *standIn) claim(claims []byte) (string, error) {
	var said struct {
		Issuer string `json:"iss"`
	}
	members := map[string]any{}
	if json.Unmarshal(claims, &members) != nil || json.Unmarshal(claims, &said) != nil {
		return "", errors.New("the claims must be one JSON object, and iss a string")
	}
	s.claimed = true
	at := slices.IndexFunc(s.policy.Issuers, func(is policy.Issuer) bool { return is.Issuer == said.Issuer })
	if len(s.policy.Introspection) > 0 && (at < 0 || s.policy.Introspect == "first") {
		return "claims", s.introspected(members)
	}
	if at < 0 && said.Issuer == "" && len(s.policy.Issuers) == 1 {
		at = 0
		members["iss"] = s.policy.Issuers[0].Issuer
		s.note("the claims have no iss: they are taken for those of the one issuer, " + s.policy.Issuers[0].Issuer)
		claims, _ = json.Marshal(members) // it came from JSON
	}
	return s.mint(claims, max(at, 0))
}

func (s *standIn) mint(claims []byte, at int) (string, error) {
	if len(s.policy.Issuers) == 0 {
		return "", errors.New("the policy has neither issuers nor introspection: claims can come from nobody")
	}
	is := &s.policy.Issuers[at]
	kind := "at+jwt"
	if len(is.TokenTypes) > 0 {
		kind = is.TokenTypes[0]
	}
	raw, key, err := tokencheck.Mint(claims, kind)
	is.Keys, is.Algorithms = []string{key}, []string{"ES256"}
	is.JWKSURL, is.Secret, is.SecretEnv, is.SecretFile = "", "", "", ""
	return raw, err
}

// sentClaims returns the claims in the token of a request, of which nothing is believed.
func sentClaims(r *http.Request) ([]byte, error) {
	_, raw, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if _, isJWT := tokencheck.Decode(strings.TrimLeft(raw, " ")); !isJWT {
		return nil, errors.New("the request has no JWT to take claims from")
	}
	return base64.RawURLEncoding.DecodeString(strings.Split(raw, ".")[1])
}

// carry puts the token with the claims in the place of the one that was sent. A request
// that sends none gets it under a scheme; one that sends something else keeps it.
func (s *standIn) carry(r *http.Request, raw, scheme string) {
	sent := r.Header["Authorization"]
	if len(sent) == 0 {
		r.Header.Set("Authorization", scheme+" "+raw)
		s.note("the request sends no token: the claims are taken for those of one under the scheme " + scheme)
		return
	}
	word, old, _ := strings.Cut(sent[0], " ")
	if old = strings.TrimLeft(old, " "); len(sent) == 1 && old != "" && !strings.ContainsAny(old, " ,") {
		r.Header["Authorization"] = []string{word + " " + raw}
	}
	if strings.EqualFold(word, "DPoP") {
		s.note("a DPoP proof is for one token: with given claims it cannot be good")
	}
}

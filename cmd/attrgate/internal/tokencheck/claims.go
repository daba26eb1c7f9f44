package tokencheck

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
)

// oddClaims says which claims are missing or of the wrong kind. Each is looked at alone, among
// claims that are good.
func (e *exam) oddClaims(issuer policy.Issuer, t Token, s signer) string {
	var odd []string
	for _, name := range claimNames(issuer) {
		claims := map[string]any{"iss": issuer.Issuer, "aud": issuer.Audiences[0], "iat": e.now.Unix(), "exp": e.now.Unix() + 60}
		fault := "is of the wrong kind"
		if value, there := t.Claims[name]; there {
			claims[name] = value
		} else {
			delete(claims, name)
			fault = "is missing"
		}
		payload, _ := json.Marshal(claims) // they came from JSON
		alone := Token{Header: t.Header, payload: base64.RawURLEncoding.EncodeToString(payload)}
		if _, err := e.verify(s.vouchedFor(issuer), s.sign(alone)); errors.Is(err, token.ErrClaims) {
			odd = append(odd, name+" "+fault)
		}
	}
	return strings.Join(odd, ", ")
}

// claimNames lists the claims whose kind matters; of a path, where it begins.
func claimNames(issuer policy.Issuer) []string {
	names := []string{"exp", "nbf", "iat", "sub", "client_id", "azp", "scope", "scp"}
	for _, path := range issuer.ScopeClaims {
		first, _, _ := strings.Cut(path, ".")
		names = append(names, path, first)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

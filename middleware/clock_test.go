package middleware_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// TestTheClockJumps forward and back while a verified token and a used proof are remembered:
// neither outlives its time, and a jump back makes no used proof fresh.
func TestTheClockJumps(t *testing.T) {
	issuer, caller := newClient(t, "ES256"), newClient(t, "ES256")
	noon := time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)
	now := noon
	gate, err := middleware.New(policy.Policy{
		Issuers: []policy.Issuer{{Issuer: "https://idp.example.com", Audiences: []string{"api"}, Keys: []string{asJSON(t, issuer.jwk())}}},
		DPoP:    policy.DPoP{Origins: []string{"https://api.example.com"}},
		Routes:  []policy.Route{{API: policy.SalesIQCustomInfo}},
	}, middleware.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	raw := issuer.sign(t, map[string]any{"alg": "ES256"}, map[string]any{
		"iss": "https://idp.example.com", "aud": "api", "scope": "SalesIQ.conversations.UPDATE", "iat": noon.Unix(), "nbf": noon.Unix(),
		"exp": noon.Add(5 * time.Minute).Unix(), "cnf": map[string]any{"jkt": caller.thumbprint()},
	})
	proof := func(jti string) string {
		return caller.sign(t, map[string]any{"alg": "ES256", "typ": "dpop+jwt", "jwk": caller.jwk()}, map[string]any{
			"jti": jti, "htm": "PUT", "htu": "https://api.example.com/api/v2/z/conversations/1", "iat": now.Unix(), "ath": hash(raw),
		})
	}
	code := func(proof string) middleware.Code {
		r := put(io.NopCloser(strings.NewReader(`{"customer_info":{"Model":"1"}}`)), "DPoP "+raw)
		r.Header.Set("Dpop", proof)
		if _, d := gate.Admit(r); d.Refusal != nil {
			return d.Refusal.Code
		}
		return ""
	}
	first := proof("1")
	for _, step := range []struct {
		what  string
		at    time.Time
		proof string
		want  middleware.Code
	}{
		{"at noon", noon, first, ""},
		{"an hour ahead, the token has ended", noon.Add(time.Hour), "", middleware.InvalidToken},
		{"back at noon, the proof is still used", noon, first, middleware.InvalidProof},
		{"back at noon, a new one is good", noon, "", ""},
		{"a second later, the proof is still used", noon.Add(time.Second), first, middleware.InvalidProof},
		{"a day back, the proof is of the future", noon.Add(-24 * time.Hour), first, middleware.InvalidProof},
	} {
		now = step.at
		if step.proof == "" {
			step.proof = proof(step.what)
		}
		if got := code(step.proof); got != step.want {
			t.Errorf("%s: %q, want %q", step.what, got, step.want)
		}
	}
}

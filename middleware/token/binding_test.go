package token_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"reflect"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
)

// The request of RFC 9449, section 7.1, with the digests of sections 6.1 and 7.1.
const (
	rfcToken = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
	rfcPrint = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
	rfcProof = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNo" +
		"UklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JE" +
		"QSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJj" +
		"ZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0Ji" +
		"MHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA"
)

// TestProofOfTheRFC checks thumbprint, ath and signature of the RFC's own example.
func TestProofOfTheRFC(t *testing.T) {
	var ps policy.Problems
	b := token.NewBinding(policy.Policy{}, &ps)
	if err := ps.Err(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "https://resource.example.org/protectedresource", nil)
	r.Header.Set("DPoP", rfcProof)
	made := time.Unix(1562262618, 0)
	check := func(raw, print string, at time.Time) error {
		claims := &token.Claims{Confirmation: &token.Confirmation{Key: print}}
		return token.CheckBinding(b, token.Sent{Raw: raw, DPoP: true, Request: r}, claims, at)
	}
	if err := check(rfcToken, b64(make([]byte, 32)), made); !errors.Is(err, token.ErrBinding) {
		t.Errorf("a token bound to another key: %v", err)
	}
	if err := check(rfcToken+"U", rfcPrint, made); !errors.Is(err, token.ErrProof) {
		t.Errorf("another token: %v", err)
	}
	if err := check(rfcToken, rfcPrint, made.Add(time.Second)); err != nil {
		t.Errorf("the example: %v", err)
	}
	if err := check(rfcToken, rfcPrint, made.Add(time.Second)); !errors.Is(err, token.ErrProof) {
		t.Errorf("the example, again: %v", err)
	}
}

func TestConfirmation(t *testing.T) {
	s := newSigner(t, "ES256", "k")
	is := newIssuer(t, s.jwk())
	v := is.verifier(t)
	sum := b64(make([]byte, 32))
	for name, c := range map[string]struct {
		cnf  any
		want *token.Confirmation
	}{
		"jkt":                {map[string]any{"jkt": sum}, &token.Confirmation{Key: sum}},
		"x5t#S256":           {map[string]any{"x5t#S256": sum}, &token.Confirmation{Certificate: sum}},
		"both":               {map[string]any{"jkt": sum, "x5t#S256": sum}, &token.Confirmation{Key: sum, Certificate: sum}},
		"null":               {nil, nil},
		"a text":             {sum, nil},
		"a list":             {[]any{map[string]any{"jkt": sum}}, nil},
		"empty":              {map[string]any{}, nil},
		"a key":              {map[string]any{"jwk": s.jwk()}, nil},
		"a key id":           {map[string]any{"kid": "1"}, nil},
		"known and unknown":  {map[string]any{"jkt": sum, "kid": "1"}, nil},
		"other letters":      {map[string]any{"JKT": sum}, nil},
		"a number":           {map[string]any{"jkt": 1}, nil},
		"a short digest":     {map[string]any{"jkt": sum[:42]}, nil},
		"an empty digest":    {map[string]any{"jkt": ""}, nil},
		"a padded digest":    {map[string]any{"jkt": sum + "="}, nil},
		"a digest by SHA-1":  {map[string]any{"x5t": b64(make([]byte, 20))}, nil},
		"a loose last digit": {map[string]any{"jkt": sum[:42] + "B"}, nil},
	} {
		for i := 0; i < 2; i++ { // the second time it may be remembered
			claims, err := token.Verify(context.Background(), v, s.token(t, is.URL, map[string]any{"cnf": c.cnf}), noon)
			switch {
			case c.want == nil && !errors.Is(err, token.ErrConfirmation):
				t.Errorf("%s: %v, want %v", name, err, token.ErrConfirmation)
			case c.want != nil && (err != nil || !reflect.DeepEqual(claims.Confirmation, c.want)):
				t.Errorf("%s: %+v, %v", name, claims, err)
			}
		}
	}
}

func TestProblemsOfBinding(t *testing.T) {
	var ps policy.Problems
	token.NewBinding(policy.Policy{
		DPoP: policy.DPoP{
			Algorithms: []string{"ES256", "none", "HS256"}, ProofAge: "11m",
			Origins: []string{"https://a.example.com", "a.example.com", "https://a.example.com/", "ftp://a", "https://u@a.example.com", "https://"},
		},
		MTLS: policy.MTLS{Header: "X Cert", TrustedProxies: []string{"10.0.0.1", "10.0.0.0/8", "::1", "fd00::/8", "proxy", "10.0.0.0/33", "0.0.0.0/0", "::/0"}},
	}, &ps)
	token.NewBinding(policy.Policy{DPoP: policy.DPoP{ProofAge: "0s"}, MTLS: policy.MTLS{Header: "Client-Cert"}}, &ps)
	token.NewBinding(policy.Policy{MTLS: policy.MTLS{TrustedProxies: []string{"10.0.0.1"}}}, &ps)
	want := []string{
		"dpop.proofAge", "dpop.algorithms[1]", "dpop.algorithms[2]", "dpop.origins[1]", "dpop.origins[2]", "dpop.origins[3]",
		"dpop.origins[4]", "dpop.origins[5]", "mtls.header", "mtls.trustedProxies[4]", "mtls.trustedProxies[5]",
		"mtls.trustedProxies[6]", "mtls.trustedProxies[7]", "dpop.proofAge", "mtls.trustedProxies", "mtls.header",
	}
	var got []string
	for _, p := range ps {
		got = append(got, p.Path)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("problems at %v\nwant %v", got, want)
	}
}

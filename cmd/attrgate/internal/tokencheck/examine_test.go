package tokencheck_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tokencheck"
	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/policytest"
	"github.com/attrgate/attrgate/middleware/token"
)

// Whatever the verifier says of the tokens of the project's cases, the examination says too:
// that they are good, or the first thing that is wrong with them.
func TestTheExaminationAgreesWithTheVerifier(t *testing.T) {
	cases, err := policytest.Load("../../../../testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	now, good, bad := time.Now(), 0, 0
	for _, c := range cases {
		p, err := policy.Parse(c.Policy)
		raw := tokencheck.Find(strings.Join(c.Request.Head, "\n"))
		if err != nil || asks(p) || strings.Contains(raw, " ") {
			continue
		}
		var ps policy.Problems
		_, want := token.Verify(context.Background(), token.New(p, &ps), raw, now)
		failed := tokencheck.Examine(p, raw, now).Failed
		switch {
		case want == nil && len(failed) == 0:
			good++
		case want != nil && strings.Contains(strings.Join(failed, "\n"), want.Error()):
			bad++
		default:
			t.Errorf("%s: the verifier says %v, the examination %q", c.Name, want, failed)
		}
	}
	if good < 100 || bad < 10 {
		t.Errorf("%d good tokens and %d bad ones are too few", good, bad)
	}
}

// asks tells whether somebody would be asked about tokens or for keys.
func asks(p policy.Policy) bool {
	for _, issuer := range p.Issuers {
		if len(issuer.Keys) == 0 && issuer.Secret == "" {
			return true
		}
	}
	return len(p.Introspection) > 0
}

func TestClaimsThatAreMissingOrOddAreNamed(t *testing.T) {
	issuer := policy.Issuer{Issuer: "https://idp.example.com", Audiences: []string{"api"}, ScopeClaims: []string{"scope", "realm.roles"}, MaxAge: "1h"}
	now := time.Unix(1e9, 0)
	for claims, want := range map[string]string{
		`"sub": "crm"`:                      "exp is missing, iat is missing",
		`"iat": 1000000000`:                 "exp is missing",
		`"iat": 1000000000, "exp": "never"`: "exp is of the wrong kind",
		`"iat": 1000000000, "exp": -1`:      "exp is of the wrong kind",
		`"exp": 1000000060, "iat": 1000000000, "sub": 5, "scope": {}, "realm": {"roles": 1}`: "realm is of the wrong kind, scope is of the wrong kind, sub is of the wrong kind",
	} {
		raw, _, err := tokencheck.Mint([]byte(`{"iss": "https://idp.example.com", "aud": "api", `+claims+`}`), "")
		if err != nil {
			t.Fatal(err)
		}
		failed := tokencheck.Examine(policy.Policy{Issuers: []policy.Issuer{issuer}}, raw, now).Failed
		if len(failed) != 1 || failed[0] != token.ErrClaims.Error()+"; "+want {
			t.Errorf("%s: %q", claims, failed)
		}
	}
}

func TestFind(t *testing.T) {
	for text, want := range map[string]string{
		" opaque\n":                  "opaque",
		"authorization:  bearer abc": "abc",
		"curl -H 'Authorization: DPoP eyJ.eyJ.x' -d":          "eyJ.eyJ.x",
		`-H "DPoP: e.e.proof" -H "Authorization: Bearer t-1"`: "t-1",
		"token=eyJ.eyJ.sig;":                                  "eyJ.eyJ.sig",
		"":                                                    "",
	} {
		if got := tokencheck.Find(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

//go:build !yaegi
// +build !yaegi

package middleware_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
)

func TestOperatorsLearnHowATokenWasVerified(t *testing.T) {
	gate, err := middleware.New(policy.Policy{
		StaticTokens: exampleTokens(),
		Issuers:      []policy.Issuer{{Issuer: "https://idp.example.com", Audiences: []string{"api"}}},
	}, middleware.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("PUT", "/api/v2/z/conversations/1", strings.NewReader("{}"))
	if _, d := gate.Admit(r); d.TokenKind != "" {
		t.Errorf("without a token: %+v", d)
	}
	r.Header.Set("Authorization", "Bearer token")
	if _, d := gate.Admit(r); d.TokenKind != token.KindStatic || d.TokenRemembered {
		t.Errorf("with a static token: %+v", d)
	}
	if sets := gate.Tokens(time.Now()).KeySets; len(sets) != 1 || sets[0].Issuer != "https://idp.example.com" {
		t.Errorf("key sets: %+v", sets)
	}
}

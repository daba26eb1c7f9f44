package middleware_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// TestSpoofedTrailers sends an identity as a trailer, which some servers add to the header.
func TestSpoofedTrailers(t *testing.T) {
	for _, mode := range []string{"enforce", "report"} {
		u := newUpstream(t)
		trailers := make(chan http.Header, 1)
		inner := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			trailers <- r.Trailer
		})
		u.gate.Config.Handler = mustGate(t, u, func(r *policy.Route) {
			r.Mode = mode
			r.Forward = policy.Forward{Headers: claimHeaders("X-Auth-Subject")}
		}).Wrap(inner)
		body := goodBody
		if mode == "report" {
			body = "{" // would have been refused
		}
		request, _ := http.NewRequest(http.MethodPut, u.gate.URL+"/api/v2/zylkerinc/conversations/1", io.MultiReader(strings.NewReader(body)))
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer token")
		request.Trailer = http.Header{"X-Auth-Subject": {"admin"}}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if got := <-trailers; len(got) > 0 {
			t.Errorf("%s: the backend got the trailers %v", mode, got)
		}
	}
}

// TestProofStaysWithItsToken: what proves that the caller owns its token means nothing
// beside the gate's.
func TestProofStaysWithItsToken(t *testing.T) {
	u := newUpstream(t)
	u.send(t, goodBody, map[string]string{"DPoP": "ey.ey.x", "Connection": "Authorization"})
	sent := u.backend.requests()[0].header
	if sent.Get("DPoP") != "" || sent.Get("Authorization") != "Zoho-oauthtoken own-1" {
		t.Errorf("the backend got %v", sent)
	}
}

// TestClaimHeadersOfIntrospectedTokens takes the claims from an introspection answer.
func TestClaimHeadersOfIntrospectedTokens(t *testing.T) {
	about := newScript(t, text(http.StatusOK, "application/json", ` {"active": true, "sub": "crm", "scope": "SalesIQ.conversations.UPDATE",
		"ext": {"tenant": 9007199254740993}}`))
	backend := newScript(t, accepting)
	p := policy.Policy{
		Introspection: []policy.Introspection{{URL: about.URL, ClientID: "gate", ClientSecret: "s3cret"}},
		Routes: []policy.Route{{API: policy.SalesIQCustomInfo, Forward: policy.Forward{
			Headers: []policy.ClaimHeader{{Name: "X-Tenant", Claim: "ext.tenant"}, {Name: "X-Subject", Claim: "sub"}},
		}}},
	}
	gate, err := middleware.New(p, middleware.Options{})
	if err != nil {
		t.Fatal(err)
	}
	u := &upstream{backend: backend, gate: httptest.NewServer(gate.Wrap(proxyTo(backend.URL)))}
	defer u.gate.Close()
	for range [2]int{} { // asked, and remembered
		u.send(t, goodBody, map[string]string{"X-Tenant": "1"})
	}
	for _, sent := range backend.requests() {
		if sent.header.Get("X-Tenant") != "9007199254740993" || sent.header.Get("X-Subject") != "crm" {
			t.Errorf("the backend got %v", sent.header)
		}
	}
	if backend.count() != 2 || about.count() != 1 {
		t.Errorf("forwarded %d, asked %d times", backend.count(), about.count())
	}
}

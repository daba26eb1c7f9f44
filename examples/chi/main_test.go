package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/policytest"
)

// TestCases runs the project's cases through the router.
func TestCases(t *testing.T) {
	open := func(s policytest.Setup) (http.Handler, error) {
		backend := httptest.NewServer(s.Backend)
		t.Cleanup(backend.Close)
		p, err := policy.Parse(s.Policy)
		if err != nil {
			return nil, err
		}
		return newRouter(p, backend.URL)
	}
	policytest.Runner{Open: open, Door: "chi", Blind: true}.Test(t, "../../testdata/cases")
}

// TestOwnRoutesStay checks that what the router serves itself is still served.
func TestOwnRoutesStay(t *testing.T) {
	p := policy.Policy{Issuers: []policy.Issuer{{Issuer: "https://idp.example.com", Audiences: []string{"a"}}}}
	router, err := newRouter(p, "http://127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	router.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/healthz", http.NoBody))
	if w.Code != http.StatusNoContent {
		t.Errorf("healthz answered %d", w.Code)
	}
}

package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/policytest"
)

// TestCases runs the project's cases through this example, as your own CI can run yours.
func TestCases(t *testing.T) {
	open := func(s policytest.Setup) (http.Handler, error) {
		backend := httptest.NewServer(s.Backend)
		t.Cleanup(backend.Close)
		p, err := policy.Parse(s.Policy)
		if err != nil {
			return nil, err
		}
		return newHandler(p, backend.URL)
	}
	policytest.Runner{Open: open, Door: "nethttp", Blind: true}.Test(t, "../../testdata/cases")
}

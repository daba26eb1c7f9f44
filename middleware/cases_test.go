package middleware_test

import (
	"net/http"
	"testing"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/policytest"
)

// TestCases runs the corpus through the embeddable gate. The interpreted plugin and real
// Traefik run the same folders in e2e.
func TestCases(t *testing.T) {
	policytest.Run(t, "../testdata/cases", func(s policytest.Setup) (http.Handler, error) {
		p, err := policy.Parse(s.Policy)
		if err != nil {
			return nil, err
		}
		decided := func(_ *http.Request, d middleware.Decision) { s.Decided(d) }
		gate, err := middleware.New(p, middleware.Options{OnDecision: decided})
		if err != nil {
			return nil, err
		}
		return gate.Wrap(s.Backend), nil
	})
}

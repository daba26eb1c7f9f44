// Package policies_test runs the example policies: three APIs that are guarded by
// configuration alone, each with the cases that show what its policy does.
package policies_test

import (
	"net/http"
	"testing"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/policytest"
)

func TestExamplePolicies(t *testing.T) {
	policytest.Run(t, ".", func(s policytest.Setup) (http.Handler, error) {
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

package policytest_test

import (
	"net/http"
	"testing"

	"github.com/attrgate/attrgate/middleware/policytest"
)

func TestDecision(t *testing.T) {
	passes := map[string]any{"mode": "enforce", "route": "x", "duration": 17}
	tests := map[string]struct {
		report []any
		blind  bool
		want   []string
	}{
		"equal but for duration": {report: []any{passes}},
		"different":              {report: []any{map[string]string{"mode": "report"}}, want: []string{"decision.json", `-   "mode": "enforce"`, `+   "mode": "report"`}},
		"none":                   {want: []string{"0 decisions"}},
		"two":                    {report: []any{passes, passes}, want: []string{"2 decisions"}},
		"none, but blind":        {blind: true},
		"different, but blind":   {report: []any{map[string]string{"mode": "report"}}, blind: true, want: []string{"decision.json"}},
	}
	for name, test := range tests {
		test := test
		t.Run(name, func(t *testing.T) {
			c := load(t, refusedCase().with("decision.json", `{"duration":1,"route":"x","mode":"enforce"}`))
			open := func(s policytest.Setup) (http.Handler, error) {
				for _, decision := range test.report {
					s.Decided(decision)
				}
				return teapot(s.Backend), nil
			}
			outcome, err := policytest.Runner{Open: open, Blind: test.blind}.Run(c)
			if err != nil {
				t.Fatal(err)
			}
			wantDifferences(t, c.Check(outcome), test.want)
		})
	}
}

// TestDecisionAfterAnswer shows that a decision counts that is reported late.
func TestDecisionAfterAnswer(t *testing.T) {
	c := load(t, refusedCase().with("decision.json", `{"mode":"enforce"}`))
	open := func(s policytest.Setup) (http.Handler, error) {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			teapot(nil)(w, r)
			_ = http.NewResponseController(w).Flush()
			s.Decided(map[string]string{"mode": "enforce"})
		}), nil
	}
	outcome, err := policytest.Runner{Open: open}.Run(c)
	if err != nil {
		t.Fatal(err)
	}
	wantDifferences(t, c.Check(outcome), nil)
}

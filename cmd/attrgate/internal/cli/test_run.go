package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"sync"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policytest"
)

// testDoor is the name by which doors.json may keep a case from test.
const testDoor = "command"

const (
	casePassed  = "passed"
	caseFailed  = "failed"
	caseSkipped = "skipped"
	caseUpdated = "updated"
)

// caseResult is what became of one case.
type caseResult struct {
	Case        string           `json:"case"`
	Result      string           `json:"result"`
	Reason      string           `json:"reason,omitempty"` // of a skipped case
	Differences []caseDifference `json:"differences,omitempty"`
}

type caseDifference struct {
	Part   string `json:"part"`
	Detail string `json:"detail"`
}

// runCases runs the cases, as many at a time as there are processors. The results are in
// the order of the cases.
func runCases(ctx context.Context, cases []policytest.Case, update bool) ([]caseResult, error) {
	results := make([]caseResult, len(cases))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(len(cases), runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := range next {
				results[i] = runCase(cases[i], update)
			}
		})
	}
	for i := 0; i < len(cases) && ctx.Err() == nil; i++ {
		next <- i
	}
	close(next)
	workers.Wait()
	return results, ctx.Err()
}

func runCase(c policytest.Case, update bool) caseResult {
	result := caseResult{Case: caseName(c), Result: casePassed}
	if reason, excluded := c.Doors[testDoor]; excluded {
		result.Result, result.Reason = caseSkipped, reason
		return result
	}
	outcome, err := policytest.Runner{Open: openGate}.Run(c)
	if err != nil {
		return result.failed(couldNotRun(err))
	}
	found := c.Check(outcome)
	switch {
	case len(found) == 0:
		return result
	case !update:
		return result.failed(append(found, unexpectedRefusal(c, outcome)...)...)
	}
	if err := c.Update(outcome); err != nil {
		return result.failed(policytest.Difference{Part: "update", Detail: err.Error()})
	}
	result.Result = caseUpdated
	return result
}

func (r caseResult) failed(found ...policytest.Difference) caseResult {
	r.Result = caseFailed
	for _, d := range found {
		r.Differences = append(r.Differences, caseDifference(d))
	}
	return r
}

// unexpectedRefusal says why a request that should have reached the backend did not, unless
// decision.json has said so already.
func unexpectedRefusal(c policytest.Case, outcome policytest.Outcome) []policytest.Difference {
	var d middleware.Decision
	if c.Forwarded == nil || c.Decision != nil || len(outcome.Decisions) != 1 ||
		json.Unmarshal(outcome.Decisions[0], &d) != nil || d.Refusal == nil {
		return nil
	}
	detail := string(d.Refusal.Code) + ": " + d.Refusal.Detail
	for _, v := range d.Refusal.Violations {
		detail += fmt.Sprintf("\n    %s: want %s, got %s", violated(v), v.Want, v.Got)
	}
	return []policytest.Difference{{Part: "refusal", Detail: detail}}
}

// openGate builds the gate of a case, with the problems of its policy as check has them.
func openGate(s policytest.Setup) (http.Handler, error) {
	file := policyfile.Parse("policy.json", s.Policy)
	decided := func(_ *http.Request, d middleware.Decision) { s.Decided(d) }
	gate, err := middleware.New(file.Policy, middleware.Options{OnDecision: decided})
	if err := file.Problems(err); err != nil {
		return nil, err
	}
	return gate.Wrap(s.Backend), nil
}

// couldNotRun names the file of the case that is to blame.
func couldNotRun(err error) policytest.Difference {
	if problems := (policyfile.Problems)(nil); errors.As(err, &problems) {
		return policytest.Difference{Part: "policy.json", Detail: "the policy has problems\n" + problems.Error()}
	}
	return policytest.Difference{Part: "request.http", Detail: err.Error()}
}

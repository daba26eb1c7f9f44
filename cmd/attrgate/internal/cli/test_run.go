package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
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

	source    policytest.Case
	decisions []middleware.Decision
	took      time.Duration
}

type caseDifference struct {
	Part   string `json:"part"`
	Detail string `json:"detail"`
}

// runCases runs the cases. The results are in the order of the cases.
func runCases(ctx context.Context, cases []policytest.Case, update bool) ([]caseResult, error) {
	results := make([]caseResult, len(cases))
	err := forEach(ctx, len(cases), func(i int) {
		began := time.Now()
		results[i] = runCase(cases[i], update)
		results[i].took = time.Since(began)
	})
	return results, err
}

// forEach does something for each number below count, as many at a time as there are
// processors.
func forEach(ctx context.Context, count int, do func(int)) error {
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(count, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := 0; i < count && ctx.Err() == nil; i++ {
		next <- i
	}
	close(next)
	workers.Wait()
	return ctx.Err()
}

func runCase(c policytest.Case, update bool) caseResult {
	result := caseResult{Case: caseName(c), Result: casePassed, source: c}
	if reason, excluded := c.Doors[testDoor]; excluded {
		result.Result, result.Reason = caseSkipped, reason
		return result
	}
	outcome, err := policytest.Runner{Open: opener(&result.decisions)}.Run(c)
	if err != nil {
		return result.failed(couldNotRun(c, err))
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

// opener builds the gate of a case, with the problems of its policy as check has them. It
// adds the gate's decisions to a list, which may be read when the gate has answered.
func opener(decisions *[]middleware.Decision) policytest.Opener {
	return func(s policytest.Setup) (http.Handler, error) {
		file := policyfile.Parse(filepath.ToSlash(s.PolicyFile), s.Policy)
		handler, err := openGate(file.Policy, s, decisions)
		return handler, file.Problems(err)
	}
}

func openGate(p policy.Policy, s policytest.Setup, decisions *[]middleware.Decision) (http.Handler, error) {
	var taking sync.Mutex
	decided := func(_ *http.Request, d middleware.Decision) {
		taking.Lock()
		defer taking.Unlock()
		*decisions = append(*decisions, d)
		s.Decided(d)
	}
	gate, err := middleware.New(p, middleware.Options{OnDecision: decided})
	if err != nil {
		return nil, err
	}
	return gate.Wrap(s.Backend), nil
}

// couldNotRun names the file of the case that is to blame.
func couldNotRun(c policytest.Case, err error) policytest.Difference {
	if problems := (policyfile.Problems)(nil); errors.As(err, &problems) {
		return policytest.Difference{Part: filepath.Base(c.PolicyFile), Detail: "the policy has problems\n" + problems.Error()}
	}
	return policytest.Difference{Part: "request.http", Detail: err.Error()}
}

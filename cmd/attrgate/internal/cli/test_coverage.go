package cli

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/coverage"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/policytest"
)

// policyCoverage is how much of one policy the cases reach.
type policyCoverage struct {
	Policy  string          `json:"policy"`
	Percent float64         `json:"percent"`
	Items   []coverage.Item `json:"items"`
}

// measureCoverage measures each policy by its cases, in the order of the policies' names. A
// policy with problems is left out: its cases have failed.
func measureCoverage(ctx context.Context, results []caseResult) ([]policyCoverage, error) {
	byFile := map[string][]caseResult{}
	var files []string
	for _, r := range results {
		file := r.source.PolicyFile
		if byFile[file] == nil {
			files = append(files, file)
		}
		byFile[file] = append(byFile[file], r)
	}
	slices.Sort(files)
	measured := make([]policyCoverage, len(files))
	err := forEach(ctx, len(files), func(i int) { measured[i] = coverageOf(files[i], byFile[files[i]]) })
	return slices.DeleteFunc(measured, func(c policyCoverage) bool { return c.Policy == "" }), err
}

func coverageOf(name string, results []caseResult) policyCoverage {
	file := policyfile.Parse(name, results[0].source.Policy)
	_, err := middleware.New(file.Policy, middleware.Options{})
	if file.Problems(err) != nil {
		return policyCoverage{}
	}
	var cases []coverage.Case
	for _, r := range results {
		cases = append(cases, coverage.Case{Decisions: r.decisions, Rerun: func(p policy.Policy) (coverage.Run, error) { return rerun(r.source, p) }})
	}
	items := coverage.Of(file.Policy, cases)
	return policyCoverage{filepath.ToSlash(name), coverage.Percent(items), items}
}

// rerun runs a case under another policy. What reached the backend is told without Host: it
// has the backend's port, which is another each time.
func rerun(c policytest.Case, p policy.Policy) (coverage.Run, error) {
	var run coverage.Run
	outcome, err := policytest.Runner{Open: func(s policytest.Setup) (http.Handler, error) { return openGate(p, s, &run.Decisions) }}.Run(c)
	for _, received := range outcome.Received {
		received.Head = slices.DeleteFunc(received.Head, func(line string) bool { return strings.HasPrefix(line, "Host:") })
		run.Forwarded += string(received.Bytes())
	}
	return run, err
}

// judge makes a result of a policy's coverage, so that every report shows a threshold that
// is missed as it shows a case that failed.
func (c policyCoverage) judge(threshold float64) caseResult {
	result := caseResult{Case: c.Policy, Result: casePassed}
	if c.Percent >= threshold {
		return result
	}
	detail := fmt.Sprintf("%s, want %g %%", c.summary(), threshold)
	return result.failed(policytest.Difference{Part: "coverage", Detail: detail + c.missing("\n    ")})
}

func (c policyCoverage) summary() string {
	return fmt.Sprintf("%d of %d (%.1f %%)", coverage.Count(c.Items), len(c.Items), c.Percent)
}

// missing lists what was not reached, each after a separator.
func (c policyCoverage) missing(separator string) string {
	var b strings.Builder
	for _, item := range c.Items {
		if !item.Reached {
			b.WriteString(separator + item.Route + ": " + item.What)
		}
	}
	return b.String()
}

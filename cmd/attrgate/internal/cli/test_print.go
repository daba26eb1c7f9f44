package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
)

// testReport is what test prints.
type testReport struct {
	Passed  int          `json:"passed"`
	Failed  int          `json:"failed"`
	Skipped int          `json:"skipped"`
	Updated int          `json:"updated"`
	Cases   []caseResult `json:"cases"`

	Coverage []policyCoverage `json:"coverage,omitempty"`
}

// newTestReport counts results. Where a threshold is asked for, each policy is one more.
func newTestReport(ctx context.Context, params testParams, results []caseResult) (testReport, error) {
	var report testReport
	if params.coverage || params.threshold > 0 {
		measured, err := measureCoverage(ctx, results)
		if err != nil {
			return report, err
		}
		for _, c := range measured {
			if params.threshold > 0 {
				results = append(results, c.judge(params.threshold))
			}
		}
		if params.coverage {
			report.Coverage = measured
		}
	}
	report.count(results)
	return report, nil
}

func (r *testReport) count(results []caseResult) {
	r.Cases = results
	counters := map[string]*int{
		casePassed: &r.Passed, caseFailed: &r.Failed, caseSkipped: &r.Skipped, caseUpdated: &r.Updated,
	}
	for _, result := range results {
		*counters[result.Result]++
	}
}

func (r testReport) print(out io.Writer, format string) error {
	switch format {
	case "json":
		return writeJSON(out, r)
	case "junit":
		return r.printJUnit(out)
	case "tap":
		_, err := io.WriteString(out, r.tap())
		return err
	}
	_, err := io.WriteString(out, r.text(colourful(out)))
	return err
}

// text leaves out the cases that passed.
func (r testReport) text(colour bool) string {
	var b strings.Builder
	for _, c := range r.Cases {
		switch c.Result {
		case caseFailed:
			fmt.Fprintf(&b, "%s %s\n%s", red("FAIL", colour), c.Case, c.differences("  "))
		case caseSkipped:
			fmt.Fprintf(&b, "SKIP %s\n  %s\n", c.Case, c.Reason)
		case caseUpdated:
			fmt.Fprintf(&b, "UPDATED %s\n", c.Case)
		}
	}
	for _, c := range r.Coverage {
		fmt.Fprintf(&b, "coverage of %s: %s%s\n", c.Policy, c.summary(), c.missing("\n  "))
	}
	fmt.Fprintf(&b, "%d passed, %d failed, %d skipped", r.Passed, r.Failed, r.Skipped)
	if r.Updated > 0 {
		fmt.Fprintf(&b, ", %d updated", r.Updated)
	}
	return b.String() + "\n"
}

// differences is all that differs, each line after a margin.
func (c caseResult) differences(margin string) string {
	var b strings.Builder
	for _, d := range c.Differences {
		lines := strings.Split(strings.TrimRight(d.Part+": "+d.Detail, "\n"), "\n")
		b.WriteString(margin + strings.Join(lines, "\n"+margin) + "\n")
	}
	return b.String()
}

// tap is the report in the Test Anything Protocol, version 13.
func (r testReport) tap() string {
	var b strings.Builder
	fmt.Fprintf(&b, "TAP version 13\n1..%d\n", len(r.Cases))
	for _, c := range r.Coverage {
		fmt.Fprintf(&b, "# coverage of %s: %s%s\n", c.Policy, c.summary(), c.missing("\n#   "))
	}
	for i, c := range r.Cases {
		verdict, remark := "ok", ""
		switch c.Result {
		case caseFailed:
			verdict = "not ok"
		case caseSkipped:
			remark = " # SKIP " + c.Reason
		}
		name := strings.NewReplacer(`\`, `\\`, "#", `\#`).Replace(c.Case)
		fmt.Fprintf(&b, "%s %d - %s%s\n%s", verdict, i+1, name, remark, c.differences("# "))
	}
	return b.String()
}

func red(text string, colour bool) string {
	if !colour {
		return text
	}
	return "\x1b[31m" + text + "\x1b[0m"
}

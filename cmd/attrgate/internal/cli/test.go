package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"

	"github.com/spf13/cobra"

	"github.com/attrgate/attrgate/middleware/policytest"
)

type testParams struct {
	folders []string
	run     string
	update  bool
	output  *choice

	coverage  bool
	threshold float64 // percent
}

func newTestCommand() *cobra.Command {
	var params testParams
	command := &cobra.Command{
		Use:   "test DIR...",
		Short: "Run case folders through the gate",
		Long: "Run every case below the folders: send its request through a gate with its policy, and compare what became of it\n" +
			"with what the case expects. What differs is printed, and at the end how many cases passed, failed and were skipped.\n\n" +
			"A case is a folder with a file request.http, and forwarded.http or refused.http, and perhaps decision.json.\n" +
			"The policy is its policy.json or policy.yaml, or the nearest one above it. A case that doors.json keeps from the\n" +
			"door \"command\" is skipped.\n\n" +
			"--coverage lists, for each policy, what no case reaches: routes never admitted, refusals never answered, attribute\n" +
			"rules never kept or never broken, and settings that no case needs. With --coverage-threshold, a policy of\n" +
			"which too little is reached fails.\n" +
			"Exit code 0: nothing failed; 1: something did; 2: the cases could not be read, or there are none.",
		Example: "  attrgate test cases\n" +
			"  attrgate test --run 'refused|admitted' cases\n" +
			"  attrgate test --update cases && git diff cases\n" +
			"  attrgate test --coverage --coverage-threshold 80 cases\n" +
			"  attrgate test --output junit cases > report.xml",
		Args:              someArguments("DIR"),
		ValidArgsFunction: cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs),
		RunE: func(command *cobra.Command, args []string) error {
			params.folders = args
			if !(params.threshold >= 0 && params.threshold <= 100) { // NaN is neither
				return errors.New("--coverage-threshold: not between 0 and 100")
			}
			return runTest(command.Context(), params, command.OutOrStdout())
		},
	}
	command.Flags().StringVar(&params.run, "run", "", "run only cases whose path matches this `regexp` (RE2)")
	command.Flags().BoolVar(&params.update, "update", false, "rewrite what the failing cases expect to what happened")
	command.Flags().BoolVar(&params.coverage, "coverage", false, "list what of each policy no case reaches")
	command.Flags().Float64Var(&params.threshold, "coverage-threshold", 0, "fail policies of which the cases reach less than this `percent`")
	params.output = addChoice(command, "output", "how results are printed", "text", "json", "junit", "tap")
	return command
}

func runTest(ctx context.Context, params testParams, stdout io.Writer) error {
	cases, err := loadCases(params)
	if err != nil {
		return err
	}
	results, err := runCases(ctx, cases, params.update)
	if err != nil {
		return err
	}
	report, err := newTestReport(ctx, params, results)
	if err != nil {
		return err
	}
	if err := report.print(stdout, params.output.word); err != nil {
		return err
	}
	if report.Failed > 0 {
		return errProblems
	}
	return nil
}

// loadCases reads the cases that are asked for, each once.
func loadCases(params testParams) ([]policytest.Case, error) {
	asked, err := regexp.Compile(params.run)
	if err != nil {
		return nil, fmt.Errorf("--run: %w", err)
	}
	var cases []policytest.Case
	known := map[string]bool{}
	for _, folder := range params.folders {
		loaded, err := policytest.Load(folder)
		if err != nil {
			return nil, err
		}
		for _, c := range loaded {
			if name := caseName(c); asked.MatchString(name) && !known[name] {
				known[name] = true
				cases = append(cases, c)
			}
		}
	}
	if len(cases) == 0 {
		return nil, errors.New("no case matches --run " + params.run)
	}
	return cases, nil
}

// caseName is the path of a case's folder, which a shell can use.
func caseName(c policytest.Case) string {
	return filepath.ToSlash(c.Dir)
}

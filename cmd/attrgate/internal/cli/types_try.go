package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/valuetype"
	"github.com/attrgate/attrgate/middleware/policy"
)

type typesTryParams struct {
	name, value string
	json        bool
	rules       *choice
	output      *choice
}

// trial is what one rule set says of a value.
type trial struct {
	Rules      string           `json:"rules"`
	Accepted   bool             `json:"accepted"`
	Violations []trialViolation `json:"violations,omitempty"`
}

type trialViolation struct {
	Pointer string `json:"pointer"`
	Want    string `json:"want"`
	Got     string `json:"got"`
}

func newTypesTryCommand() *cobra.Command {
	var params typesTryParams
	command := &cobra.Command{
		Use:   "try TYPE VALUE",
		Short: "Say whether a value type accepts a value",
		Long: "Hold a value against a value type in both rule sets, as a gate does, and say what is wrong with it.\n" +
			"The value is text; with --json it is a JSON value, such as a number or a list.\n\n" +
			"Exit code 0: the rule set of --types accepts it; 1: it does not; 2: there is no such type, or it is not JSON.",
		Example: "  attrgate types try String50 'Ada Example'\n" +
			"  attrgate types try --types documented Email \"o'neil@example.com\"\n" +
			"  attrgate types try Number -- -5\n" +
			"  attrgate types try --json StringList '[\"a\", \"b\"]'",
		Args:              exactArguments("TYPE", "VALUE"),
		ValidArgsFunction: completeTypes,
		RunE: func(command *cobra.Command, args []string) error {
			params.name, params.value = args[0], args[1]
			return runTypesTry(params, command.OutOrStdout())
		},
	}
	command.Flags().BoolVar(&params.json, "json", false, "the value is JSON")
	params.rules = addChoice(command, "types", "the rule set that decides on the exit code", valuetype.Strict, valuetype.Documented)
	params.output = addChoice(command, "output", "how the answers are printed", "text", "json")
	return command
}

func completeTypes(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	table, err := valuetype.Table()
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	for _, t := range table {
		names = append(names, strings.Replace(t.Name, "<N>", "100", 1))
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func runTypesTry(params typesTryParams, stdout io.Writer) error {
	value := []byte(params.value)
	if !utf8.Valid(value) {
		return errors.New("VALUE is not UTF-8")
	}
	if !params.json {
		value = valuetype.Text(params.value)
	}
	var trials []trial
	accepted := map[string]bool{}
	for _, rules := range params.rules.words {
		rule, err := valuetype.New(rules, params.name)
		if err != nil {
			return err
		}
		broken, err := rule.Try(value)
		if err != nil {
			return err
		}
		accepted[rules] = len(broken) == 0
		trials = append(trials, newTrial(rules, broken))
	}
	if err := printTrials(stdout, trials, params.output.word); err != nil {
		return err
	}
	if !accepted[params.rules.word] {
		return errProblems
	}
	return nil
}

func newTrial(rules string, broken []policy.Violation) trial {
	t := trial{Rules: rules, Accepted: len(broken) == 0}
	for _, v := range broken {
		t.Violations = append(t.Violations, trialViolation{v.Pointer, v.Want, v.Got})
	}
	return t
}

func printTrials(out io.Writer, trials []trial, format string) error {
	if format == "json" {
		return writeJSON(out, trials)
	}
	for _, t := range trials {
		if _, err := io.WriteString(out, t.text()); err != nil {
			return err
		}
	}
	return nil
}

// text is a line, or one for each violation.
func (t trial) text() string {
	if t.Accepted {
		return fmt.Sprintf("%-10s  accepted\n", t.Rules)
	}
	var b strings.Builder
	for _, v := range t.Violations {
		where := ""
		if v.Pointer != "" {
			where = " at " + v.Pointer
		}
		fmt.Fprintf(&b, "%-10s  refused%s: got %s, want %s\n", t.Rules, where, v.Got, v.Want)
	}
	return b.String()
}

package cli

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/advice"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/traefik"
	"github.com/attrgate/attrgate/middleware"
)

type checkParams struct {
	files  []string
	strict bool
	output *choice
}

func newCheckCommand() *cobra.Command {
	var params checkParams
	command := &cobra.Command{
		Use:   "check FILE...",
		Short: "Say what is wrong with policies",
		Long: "Read policies and print everything that is wrong with them, one line each: file:line:column: path: message.\n" +
			"What is legal and doubtful is printed as a warning. Nothing is printed about a policy that is fine.\n\n" +
			"A file is YAML, or JSON if its name ends in .json. The name - stands for standard input, YAML or JSON.\n" +
			"Exit code 0: no problems; 1: problems, or with --strict warnings; 2: a file could not be read.",
		Example: "  attrgate check policy.yaml\n" +
			"  attrgate check --strict policies/*.yaml\n" +
			"  attrgate check --output json - < policy.json",
		Args: someArguments("FILE"),
		RunE: func(command *cobra.Command, args []string) error {
			params.files = args
			return runCheck(params, command.InOrStdin(), command.OutOrStdout())
		},
	}
	command.Flags().BoolVar(&params.strict, "strict", false, "exit with 1 for warnings too")
	params.output = addChoice(command, "output", "how findings are printed", "text", "json")
	return command
}

func runCheck(params checkParams, stdin io.Reader, stdout io.Writer) error {
	found := []finding{} // in JSON, none is an empty list
	var unread []error
	for _, name := range params.files {
		more, err := checkFile(name, stdin)
		found = append(found, more...)
		unread = append(unread, err)
	}
	if err := printFindings(stdout, found, params.output.word); err != nil {
		return err
	}
	if err := errors.Join(unread...); err != nil {
		return err
	}
	return verdict(found, params.strict)
}

// checkFile returns the problems of a policy, and its warnings, in the order of the file.
func checkFile(name string, stdin io.Reader) ([]finding, error) {
	name, data, err := readNamed(name, stdin)
	if err != nil {
		return nil, err
	}
	file := readPolicyText(name, data)
	_, err = middleware.New(file.Policy, middleware.Options{})
	err = file.Problems(err)
	problems := policyfile.Problems(nil)
	if err != nil && !errors.As(err, &problems) {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(problems) > 0 && ofTraefik(name, data) {
		return []finding{{File: name, Line: 1, Column: 1, Severity: severityProblem,
			Message: "a configuration of Traefik and not a policy; attrgate convert FILE --to policy says what is wrong with it"}}, nil
	}
	warnings := append(advice.On(file.Policy), advice.OnGateway(file.Policy, file.Gateway)...)
	return mergeFindings(problems, file.Place(warnings)), nil
}

// ofTraefik tells whether a file that is no good policy is one of Traefik's.
func ofTraefik(name string, data []byte) bool {
	documents, err := policyfile.ReadDocuments(name, filepath.Ext(name), data)
	return err == nil && traefik.Detect(documents[0].Root) != traefik.FormPolicy
}

// stdinName stands for standard input where a file is named.
const stdinName = "-"

func readPolicy(name string, stdin io.Reader) (*policyfile.File, error) {
	if name == stdinName {
		return policyfile.ReadFrom("<stdin>", stdin)
	}
	return policyfile.Read(name)
}

func verdict(found []finding, strict bool) error {
	for _, f := range found {
		if strict || f.Severity == severityProblem {
			return errProblems
		}
	}
	return nil
}

// Package cli is the command line of attrgate: one file for each verb.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/gateway"
)

const (
	exitFine     = 0
	exitProblems = 1
	exitFailed   = 2
	exitCutOff   = 3
)

// errProblems is what a verb returns after it has printed the problems it found:
// the work itself was done, so nothing more is said and the exit code is 1.
var errProblems = errors.New("problems found")

// Run executes one attrgate command line and returns its exit code: 0 fine,
// 1 problems found, 2 could not run (wrong usage too),
// 3 requests were cut off at the end. An error becomes one line on stderr.
// A command that serves ends when ctx does, and at Ctrl-C or SIGTERM.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRootCommand()
	// Not nil: cobra would read the arguments of the process instead.
	root.SetArgs(append([]string{}, args...))
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	strictTopics(root) // not before: completion keeps the writer that it finds
	return exitCode(root.ExecuteContext(ctx), stderr)
}

// Commands returns the tree of all commands, to be described and not to be run.
func Commands() *cobra.Command {
	return newRootCommand()
}

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "attrgate",
		Short:         "A gate for APIs that update attributes",
		Long:          "attrgate admits an attribute update only if its access token and its attributes are in order.",
		Example:       "  attrgate check policy.yaml\n  attrgate help sandbox\n  attrgate completion bash",
		Version:       theVersion().String(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetFlagErrorFunc(func(command *cobra.Command, err error) error {
		return fmt.Errorf("%w (see: %s --help)", plainly(err), command.CommandPath())
	})
	root.AddCommand(
		newCheckCommand(),
		newConvertCommand(),
		newDemoCommand(),
		newExplainCommand(),
		newInitCommand(),
		newReplayCommand(),
		newServeCommand(),
		newManCommand(),
		newSandboxCommand(),
		newSchemaCommand(),
		newTestCommand(),
		newTokenCommand(),
		newTypesCommand(),
		newVersionCommand(),
	)
	completeFlags(root)
	return root
}

func exitCode(err error, stderr io.Writer) int {
	if err == nil {
		return exitFine
	}
	if errors.Is(err, errProblems) {
		return exitProblems
	}
	// Nothing is left to tell it to if stderr itself cannot be written.
	_, _ = fmt.Fprintf(stderr, "attrgate: %s\n", oneLine(err))
	if errors.Is(err, gateway.ErrCutOff) {
		return exitCutOff
	}
	return exitFailed
}

// oneLine folds the lines of an error, several problems or cobra's suggestions, into one.
func oneLine(err error) string {
	lines := strings.Split(err.Error(), "\n")
	kept := lines[:0]
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" {
			kept = append(kept, line)
		}
	}
	return strings.ReplaceAll(strings.Join(kept, "; "), "?; ", "? ")
}

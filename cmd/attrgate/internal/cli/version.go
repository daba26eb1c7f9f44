package cli

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// versionAnswer is what version prints.
type versionAnswer struct {
	Version string `json:"version"`
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
}

func newVersionCommand() *cobra.Command {
	var output *choice
	command := &cobra.Command{
		Use:               "version",
		Short:             "Print the version of attrgate and of Go",
		Example:           "  attrgate version\n  attrgate version --output json",
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(command *cobra.Command, _ []string) error {
			return theVersion().print(command.OutOrStdout(), output.word)
		},
	}
	output = addChoice(command, "output", "how the version is printed", "text", "json")
	return command
}

func theVersion() versionAnswer {
	return versionAnswer{moduleVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH}
}

func (a versionAnswer) print(out io.Writer, format string) error {
	if format == "json" {
		return writeJSON(out, a)
	}
	_, err := fmt.Fprintln(out, a)
	return err
}

// String is the line for people, which --version prints as well.
func (a versionAnswer) String() string {
	return fmt.Sprintf("attrgate %s %s %s/%s", a.Version, a.Go, a.OS, a.Arch)
}

func moduleVersion() string {
	build, ok := debug.ReadBuildInfo()
	if !ok || build.Main.Version == "" {
		return "(devel)"
	}
	return build.Main.Version
}

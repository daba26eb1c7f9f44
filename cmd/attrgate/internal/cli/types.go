package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/valuetype"
)

func newTypesCommand() *cobra.Command {
	var output *choice
	command := &cobra.Command{
		Use:   "types",
		Short: "List the value types, or try a value",
		Long: "Print what each value type accepts in both rule sets: strict, which holds unless a route says otherwise, and\n" +
			"documented, the patterns of the vendor. N is any length up to 1000000.",
		Example: "  attrgate types\n" +
			"  attrgate types --output json\n" +
			"  attrgate types try String50 'Ada Example'",
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(command *cobra.Command, _ []string) error {
			return runTypes(output.word, command.OutOrStdout())
		},
	}
	output = addChoice(command, "output", "how the table is printed", "text", "json")
	command.AddCommand(newTypesTryCommand())
	return command
}

func runTypes(format string, stdout io.Writer) error {
	table, err := valuetype.Table()
	if err != nil {
		return err
	}
	if format == "json" {
		return writeJSON(stdout, table)
	}
	for _, t := range table {
		_, err := fmt.Fprintf(stdout, "%s\n  %-10s  %s\n  %-10s  %s\n",
			t.Name, valuetype.Strict, t.Strict, valuetype.Documented, t.Documented)
		if err != nil {
			return err
		}
	}
	return nil
}

package cli

import (
	"github.com/spf13/cobra"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/schema"
)

func newSchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of policy files",
		Long: "Print the JSON Schema (draft 2020-12) of policy files, for editors: they complete fields, show what each means, and\n" +
			"underline what is misspelt. With it the first line of a policy in YAML can be:\n\n" +
			"  # yaml-language-server: $schema=attrgate.schema.json\n\n" +
			"A schema cannot say everything; attrgate check does.",
		Example:           "  attrgate schema > attrgate.schema.json",
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(command *cobra.Command, _ []string) error {
			_, err := command.OutOrStdout().Write(schema.Document)
			return err
		},
	}
}

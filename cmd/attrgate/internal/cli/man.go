package cli

import (
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func newManCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write the manual pages",
		Long: "Write a manual page for each command into a folder, which is made if it is not there. The pages bear today's date,\n" +
			"or that of SOURCE_DATE_EPOCH.",
		Example:           "  attrgate man /usr/local/share/man/man1",
		Args:              exactArguments("DIR"),
		ValidArgsFunction: cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return err
			}
			pages := newRootCommand()
			pages.DisableAutoGenTag = true
			header := &doc.GenManHeader{Source: "attrgate " + moduleVersion(), Manual: "attrgate"}
			return doc.GenManTree(pages, header, args[0])
		},
	}
}

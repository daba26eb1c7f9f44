package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// completeFlags tells shells what the flags of all verbs take. The name that help gives a value
// tells which flags take files and folders; flags of a few words have told it themselves.
func completeFlags(command *cobra.Command) {
	for _, verb := range command.Commands() {
		completeFlags(verb)
	}
	// Nothing fails for flags that exist, but for those that have words.
	command.Flags().VisitAll(func(flag *pflag.Flag) {
		switch value, _ := pflag.UnquoteUsage(flag); {
		case flag.Name == "policy" || flag.Name == "against" || flag.Name == "config":
			_ = command.MarkFlagFilename(flag.Name, "yaml", "yml", "json")
		case value == "folder":
			_ = command.MarkFlagDirname(flag.Name)
		case value != "file":
			_ = command.RegisterFlagCompletionFunc(flag.Name, cobra.NoFileCompletions)
		}
	})
}

package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// noArguments is for verbs that take flags alone.
func noArguments(command *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fmt.Errorf("unexpected argument %q (see: %s --help)", args[0], command.CommandPath())
}

// exactArguments asks for these arguments and no others.
func exactArguments(names ...string) cobra.PositionalArgs {
	return func(command *cobra.Command, args []string) error {
		if len(args) == len(names) {
			return nil
		}
		return fmt.Errorf("%s: %d required, %d given (see: %s --help)",
			strings.Join(names, " and "), len(names), len(args), command.CommandPath())
	}
}

// someArguments asks for at least one argument, and says what it would be.
func someArguments(what string) cobra.PositionalArgs {
	return func(command *cobra.Command, args []string) error {
		if first := slices.Index(args, stdinName); first >= 0 && slices.Contains(args[first+1:], stdinName) {
			return fmt.Errorf("standard input, -, can be read only once (see: %s --help)", command.CommandPath())
		}
		if len(args) > 0 {
			return nil
		}
		return fmt.Errorf("at least one %s is required (see: %s --help)", what, command.CommandPath())
	}
}

// optionalArgument takes one argument or none.
func optionalArgument(what string) cobra.PositionalArgs {
	return func(command *cobra.Command, args []string) error {
		if len(args) <= 1 {
			return nil
		}
		return fmt.Errorf("%s: at most 1, %d given (see: %s --help)", what, len(args), command.CommandPath())
	}
}

// strictTopics makes cobra's own verbs refuse what is no command, as all others do; they would
// print a help and succeed.
func strictTopics(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, command := range root.Commands() {
		switch command.Name() {
		case "help":
			command.Args = topic
		case "completion":
			command.RunE = func(command *cobra.Command, _ []string) error { return command.Help() }
		}
	}
}

func topic(command *cobra.Command, args []string) error {
	_, rest, err := command.Root().Find(args)
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("unknown command %q", strings.Join(args, " "))
	}
	return err
}

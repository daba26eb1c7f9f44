package pages

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// Commands writes the page of all commands below root.
func Commands(root *cobra.Command) []byte {
	var b strings.Builder
	b.WriteString("# Commands\n\n" + generated + "\n\n" +
		"Exit codes: 0 fine, 1 problems, 2 could not run; `attrgate serve` also has 3, requests were cut off at the end.\n" +
		"`attrgate help COMMAND` prints what is here, `attrgate man DIR` writes it as manual pages, and\n" +
		"`attrgate completion SHELL` writes completion for a shell.\n\n" +
		"| Command | |\n|---|---|\n")
	var commands []*cobra.Command
	visit(root, func(c *cobra.Command) { commands = append(commands, c) })
	for _, c := range commands {
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s |\n", c.CommandPath(), strings.ReplaceAll(c.CommandPath(), " ", "-"), c.Short)
	}
	for _, c := range commands {
		writeCommand(&b, c)
	}
	return []byte(b.String())
}

// visit calls do for the commands that people call, in the order of help.
func visit(c *cobra.Command, do func(*cobra.Command)) {
	for _, inner := range c.Commands() {
		if !inner.IsAvailableCommand() {
			continue
		}
		if inner.Runnable() {
			do(inner)
		}
		visit(inner, do)
	}
}

func writeCommand(b *strings.Builder, c *cobra.Command) {
	c.InitDefaultHelpFlag()
	long := c.Long
	if long == "" {
		long = c.Short
	}
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n```\n%s\n```\n", c.CommandPath(), plain(long), c.UseLine())
	if c.Example != "" {
		fmt.Fprintf(b, "\n```sh\n%s\n```\n", outdent(c.Example))
	}
	fmt.Fprintf(b, "\n```\n%s```\n", c.NonInheritedFlags().FlagUsages())
}

// plain keeps what means something in Markdown from doing so, and makes code of lines that
// are set in.
func plain(text string) string {
	return strings.NewReplacer("<", `\<`, "*", `\*`, "\n  ", "\n    ").Replace(strings.TrimSpace(text))
}

func outdent(text string) string {
	return strings.TrimPrefix(strings.ReplaceAll(text, "\n  ", "\n"), "  ")
}

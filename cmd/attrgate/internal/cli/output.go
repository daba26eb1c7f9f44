package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// choice is a flag that takes one of some words; the first is the default. It implements
// pflag.Value.
type choice struct {
	words []string
	word  string
}

// addChoice adds a flag of a few words to a command, with completion in the shell.
func addChoice(command *cobra.Command, name, usage string, words ...string) *choice {
	c := &choice{words: words, word: words[0]}
	command.Flags().Var(c, name, usage+": "+orList(words))
	// It fails for flags that do not exist, and for a second function for the same one.
	_ = command.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	return c
}

// String returns the word that holds.
func (c *choice) String() string { return c.word }

// Type is the name that help gives the value.
func (c *choice) Type() string { return "word" }

// Set takes one of the words.
func (c *choice) Set(word string) error {
	if !slices.Contains(c.words, word) {
		return fmt.Errorf("must be %s", orList(c.words))
	}
	c.word = word
	return nil
}

// orList joins words as a sentence does.
func orList(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// writeJSON prints a document that people can read as well.
func writeJSON(out io.Writer, document any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(document)
}

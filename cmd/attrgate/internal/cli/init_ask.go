package cli

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// question asks for what a flag sets.
type question struct {
	flag, text string
	needed     func() bool // nil: always
}

// ask puts the questions that no flag has answered, if there is a terminal. Plain lines are
// enough for six questions, and they can be answered by a script that has a terminal, too.
func ask(command *cobra.Command, params *initParams) error {
	terminal, isFile := command.InOrStdin().(*os.File)
	if !isFile || !term.IsTerminal(int(terminal.Fd())) {
		return nil
	}
	lines := bufio.NewReader(terminal)
	for _, q := range questions(params) {
		if command.Flags().Changed(q.flag) || q.needed != nil && !q.needed() {
			continue
		}
		if err := askOne(command, lines, q); err != nil {
			return err
		}
	}
	return nil
}

func questions(params *initParams) []question {
	introspects := func() bool { return params.plan.IntrospectionURL != "" }
	return []question{
		{"api", "Which API is guarded: " + orList(params.api.words) + "?", nil},
		{"for", "Which door guards it: " + orList(params.use.words) + "?", nil},
		{"issuer", "Which authorization server issues JWT access tokens (a URL; empty: none)?", nil},
		{"introspection-url", "Where are opaque tokens introspected (a URL; empty: nowhere)?", nil},
		{"audience", "Which audience do tokens for this API have?", nil},
		{"client-id", "As which client?", introspects},
		{"backend", "Where is the backend (a URL)?", nil},
	}
}

// askOne asks until there is an answer that the flag takes.
func askOne(command *cobra.Command, lines *bufio.Reader, q question) error {
	flag := command.Flags().Lookup(q.flag)
	prompt := q.text + " "
	if flag.DefValue != "" {
		prompt = q.text + " [" + flag.DefValue + "] "
	}
	for {
		if _, err := fmt.Fprint(command.ErrOrStderr(), prompt); err != nil {
			return err
		}
		line, err := lines.ReadString('\n')
		if err != nil {
			return fmt.Errorf("no answer: %w", err)
		}
		answer := strings.TrimSpace(line)
		if answer == "" {
			return nil
		}
		wrong := flag.Value.Set(answer)
		if wrong == nil {
			return nil
		}
		prompt = wrong.Error() + ": "
	}
}

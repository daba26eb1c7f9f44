package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// print writes the script as one line of JSON, or for people.
func (s demoScript) print(out io.Writer, asJSON bool) error {
	if asJSON {
		encoder := json.NewEncoder(out)
		encoder.SetEscapeHTML(false) // commands with & and < are to be read, too
		return encoder.Encode(s)
	}
	_, err := io.WriteString(out, s.text())
	return err
}

// text is written so that any part of it from the first # on can be pasted into a shell.
func (s demoScript) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, `Three servers run on this machine until Ctrl-C:

  gateway               %s   guards both APIs; send your requests here
  backend               %s   a stand-in for SalesIQ and ExpertFlow
  authorization server  %s   client %s, secret %s

Paste these into another terminal. Their tokens live for %.0f hours.
`, s.Gateway, s.Backend, s.AuthorizationServer, s.ClientID, s.ClientSecret, demoTokenLife.Hours())
	for i, r := range s.Requests {
		fmt.Fprintf(&b, "\n# %d. %s.\n#    Expect %d: %s.\n%s\n", i+1, r.About, r.Status, r.Expect, r.Command)
	}
	fmt.Fprintf(&b, "\nEvery request to the gateway shows up here:\n\n%s\n", decisionHeading(clockTime))
	return b.String()
}

// curl is the command that sends the request, for a POSIX shell. It shows the status and
// the headers of the reply, and ends it with a line break. What differs from one request
// to the next comes first, and the token, a wall of text, last.
func (r demoRequest) curl() string {
	words := []string{"curl -sSi -w '\\n' -X " + r.Method + " " + shellQuote(r.URL)}
	if r.User != "" {
		words = append(words, "-u "+shellQuote(r.User))
	}
	if r.Body != "" {
		words = append(words, "-d "+shellQuote(r.Body))
	}
	for _, h := range r.Headers {
		words = append(words, "-H "+shellQuote(h.Name+": "+h.Value))
	}
	return strings.Join(words, " \\\n  ")
}

// shellQuote makes text one word that the shell takes as it is.
func shellQuote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

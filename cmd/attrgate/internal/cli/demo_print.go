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

// text is written so that all of it from the first # on can be pasted into a shell, and any
// part of it that comes after the tokens.
func (s demoScript) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, `Three servers run on this machine until Ctrl-C:

  gateway               %s   guards both APIs; send your requests here
  backend               %s   a stand-in for SalesIQ and ExpertFlow
  authorization server  %s   client %s, secret %s

Paste these into another terminal, the tokens first. They live for %.0f hours.

# Tokens: with both scopes, with the scope to read alone, and one that has expired.
TOKEN=%s
READING=%s
EXPIRED=%s
`, s.Gateway, s.Backend, s.AuthorizationServer, s.ClientID, s.ClientSecret, demoTokenLife.Hours(),
		s.tokens.full, s.tokens.readOnly, s.tokens.expired)
	for i, r := range s.Requests {
		fmt.Fprintf(&b, "\n# %d. %s.\n#    Expect %d: %s.\n%s\n", i+1, r.About, r.Status, r.Expect, s.tokens.named(r.Command))
	}
	fmt.Fprintf(&b, "\nEvery request to the gateway shows up here:\n\n%s\n", decisionHeading(clockTime))
	return b.String()
}

// named puts variables of the shell in the place of tokens, which are walls of text.
func (t demoTokens) named(command string) string {
	for token, name := range map[string]string{t.full: "$TOKEN", t.readOnly: "$READING", t.expired: "$EXPIRED"} {
		command = strings.ReplaceAll(command, "'Authorization: Bearer "+token+"'", `"Authorization: Bearer `+name+`"`)
	}
	return command
}

// curl is the command that sends the request, for a POSIX shell. It shows the status and
// the headers of the reply, and ends it with a line break. What differs from one request
// to the next comes first, and the token last.
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

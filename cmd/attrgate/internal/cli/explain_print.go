package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/explanation"
)

// explainText writes a report for people.
type explainText struct {
	out    strings.Builder
	colour bool
}

func (a explainAnswer) text(colour bool) string {
	w := &explainText{colour: colour}
	query := ""
	if a.Request.Query {
		query = "?..."
	}
	fmt.Fprintf(&w.out, "%s %s%s\n", a.Request.Method, printable(a.Request.Path), query)
	fmt.Fprintf(&w.out, "%s, at %s\n\n", a.Policy, a.At.Format("2006-01-02 15:04:05 UTC"))
	for _, s := range a.Steps {
		if s.Result != explanation.NotReached {
			w.step(s)
			w.details(a.Report, s)
		}
	}
	w.notReached(a.Steps)
	w.changes(a.Report)
	w.answer(a.Report)
	for _, note := range a.Notes {
		fmt.Fprintf(&w.out, "\nnote: %s\n", printable(note))
	}
	return w.out.String()
}

func (w *explainText) step(s explanation.Step) {
	marks := map[string]string{explanation.Passed: "ok", explanation.Failed: "FAILED", explanation.Unknown: "unknown"}
	colours := map[string]string{explanation.Passed: "32", explanation.Failed: "31", explanation.Unknown: "33"}
	mark := w.painted(fmt.Sprintf("%-8s", marks[s.Result]), colours[s.Result])
	w.out.WriteString(strings.TrimRight(fmt.Sprintf("%s%-14s%s", mark, stepName(s), printable(s.Detail)), " ") + "\n")
}

func (w *explainText) notReached(steps []explanation.Step) {
	var names []string
	for _, s := range steps {
		if s.Result == explanation.NotReached {
			names = append(names, stepName(s))
		}
	}
	if len(names) > 0 {
		fmt.Fprintf(&w.out, "%-8snot reached: %s\n", "-", strings.Join(names, ", "))
	}
}

// stepName is a step in words.
func stepName(s explanation.Step) string {
	switch s.Step {
	case "mediaType":
		return "media type"
	case "json":
		return "JSON"
	}
	return s.Step
}

func (w *explainText) painted(text, colour string) string {
	if !w.colour || colour == "" {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

// below writes a line under a step.
func (w *explainText) below(format string, values ...any) {
	fmt.Fprintf(&w.out, "%22s%s\n", "", printable(fmt.Sprintf(format, values...)))
}

func (w *explainText) details(r explanation.Report, s explanation.Step) {
	switch s.Step {
	case "route":
		for _, route := range r.Routes {
			w.below("%s (%s): %s", route.Name, route.Match, route.Why)
		}
	case "verification":
		if r.Token != nil {
			w.token(*r.Token)
		}
	case "scopes":
		if r.Scopes != nil {
			w.scopes(*r.Scopes)
		}
	case "shape", "attributes":
		w.attributes(r, s)
	}
}

func (w *explainText) token(t explanation.Token) {
	for _, fact := range []struct{ name, value string }{
		{"issuer", t.Issuer}, {"audience", t.Audience}, {"subject", t.Subject}, {"client", t.ClientID},
		{"type", t.Type}, {"algorithm", t.Algorithm}, {"key id", t.KeyID},
		{"issued", when(t.Issued)}, {"not before", when(t.NotBefore)}, {"expires", when(t.Expires)},
	} {
		if fact.value != "" {
			w.below("%-11s%s", fact.name, fact.value)
		}
	}
	for _, what := range t.Failed {
		w.below("%-11s%s", "failed", what)
	}
	for _, what := range t.Unchecked {
		w.below("%-11s%s", "unchecked", what)
	}
}

func when(t *explanation.Time) string {
	if t == nil {
		return ""
	}
	return t.Relative + " (" + t.Time.Format("2006-01-02 15:04:05 UTC") + ")"
}

func (w *explainText) scopes(s explanation.Scopes) {
	held := "none"
	if len(s.Held) > 0 {
		held = strings.Join(s.Held, " ")
	}
	w.below("held       %s", held)
	if len(s.Missing) > 0 {
		w.below("missing    %s", strings.Join(s.Missing, " "))
	}
}

// changes shows what is another on the way to the backend.
func (w *explainText) changes(r explanation.Report) {
	if len(r.Headers) > 0 {
		w.out.WriteString("\nheader\n")
	}
	for _, h := range r.Headers {
		text := fmt.Sprintf("%-8s %s", h.Change, h.Name)
		if h.Value != "" {
			text += ": " + h.Value
		}
		w.out.WriteString("  " + printable(text) + "\n")
	}
	if len(r.Difference) > 0 {
		w.out.WriteString("\nbody, as it came (-) and as it goes on (+)\n")
	}
	for _, line := range r.Difference {
		colour := map[byte]string{'-': "31", '+': "32"}[line[0]]
		w.out.WriteString("  " + w.painted(printable(line), colour) + "\n")
	}
}

// answer says what becomes of the request.
func (w *explainText) answer(r explanation.Report) {
	colour := map[string]string{"admitted": "32", "refused": "31", "reported": "33", explanation.Unknown: "33"}[r.Outcome]
	fmt.Fprintf(&w.out, "\n%s\n", w.painted(r.Outcome, colour))
	if r.Forwarded != nil {
		w.out.WriteString("  " + goesOn(r) + "\n")
	}
	if r.Outcome == "reported" {
		w.out.WriteString("  in mode enforce the answer would be\n\n")
	}
	if r.Refusal == nil {
		return
	}
	fmt.Fprintf(&w.out, "  %d %s\n", r.Refusal.Status, r.Refusal.Code)
	for _, h := range r.Refusal.Headers {
		w.out.WriteString("  " + printable(h) + "\n")
	}
	w.out.WriteString("\n")
	var body bytes.Buffer
	_ = json.Indent(&body, []byte(r.Refusal.Body), "", "  ") // the gate answers in JSON
	for _, line := range strings.Split(strings.TrimSpace(body.String()), "\n") {
		w.out.WriteString("  " + printable(line) + "\n")
	}
}

// goesOn says what the backend gets.
func goesOn(r explanation.Report) string {
	body := "the body as it came"
	switch {
	case r.Forwarded.BodyChanged:
		body = "another body"
	case r.Forwarded.Bytes == 0:
		return "goes on without a body"
	}
	return fmt.Sprintf("goes on with %s, %d bytes", body, r.Forwarded.Bytes)
}

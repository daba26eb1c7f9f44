package cli

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/exchange"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// decisionLine is the layout of a decision for people. The columns: time, outcome, status
// of the answer, route, code, subject, the gate's own share of the time, and what is
// known of the attributes.
const decisionLine = "%s  %s  %-6s  %-15s  %-22s  %-10s  %9s  %s"

// decisionHeading names the columns; the first is as wide as the layout of the time.
func decisionHeading(timeLayout string) string {
	time := fmt.Sprintf("%-*s", len(timeLayout), "time")
	return fmt.Sprintf(decisionLine, time, "outcome ", "status", "route", "code", "subject", "duration", "attributes, or what is broken")
}

// Bounds on what a single request can make us print.
const (
	maxListed = 10 // names or violations
	maxWord   = 64 // characters of each
	maxCause  = 256
)

// textDecisions formats decisions for people. The colours are those of terminals.
func textDecisions(timeLayout string, colour bool) decisionFormat {
	return func(at time.Time, e *exchange.Exchange) string {
		d := e.Decision
		line := fmt.Sprintf(decisionLine, at.Format(timeLayout), outcome(d.Outcome, colour), status(e.Status), word(d.Route),
			word(e.Code()), word(d.Subject), micros(d.Duration), findings(d)+brokenOff(e.Aborted))
		return strings.TrimRight(line, " ") + "\n"
	}
}

func outcome(o middleware.Outcome, colour bool) string {
	padded := fmt.Sprintf("%-8s", o)
	if !colour {
		return padded
	}
	switch o {
	case middleware.Admitted:
		return "\x1b[32m" + padded + "\x1b[0m" // green
	case middleware.Refused:
		return "\x1b[31m" + padded + "\x1b[0m" // red
	case middleware.Reported:
		return "\x1b[33m" + padded + "\x1b[0m" // yellow
	}
	return padded
}

func status(n int) string {
	if n == 0 {
		return "-" // no answer was begun
	}
	return strconv.Itoa(n)
}

func micros(d time.Duration) string {
	return strconv.FormatInt(d.Microseconds(), 10) + " µs"
}

// findings says why something could not be done, or names the rules that are broken, or else
// the attributes.
func findings(d middleware.Decision) string {
	switch {
	case d.Refusal == nil:
	case d.Refusal.Cause != "":
		return strconv.Quote(cut(d.Refusal.Cause, maxCause))
	default:
		return listed(d.Refusal.Violations, violated)
	}
	names := listed(d.Names, word)
	if d.Renamed > 0 {
		names += fmt.Sprintf(" (%d renamed)", d.Renamed)
	}
	return names
}

// brokenOff tells of an answer whose status is not all that became of it.
func brokenOff(aborted bool) string {
	if aborted {
		return " (answer broken off)"
	}
	return ""
}

// violated says which rule is broken by which attribute; never by what.
func violated(v policy.Violation) string {
	if v.Name == "" {
		return word(v.Rule)
	}
	return word(v.Name) + ":" + word(v.Rule)
}

func listed[T any](items []T, text func(T) string) string {
	var words []string
	for _, item := range items[:min(len(items), maxListed)] {
		words = append(words, text(item))
	}
	if more := len(items) - maxListed; more > 0 {
		words = append(words, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(words, " ")
}

// word makes text from a request fit for one word of one line: what could break a line,
// a column or a terminal is quoted, and what is too long is cut.
func word(text string) string {
	if text == "" {
		return "-"
	}
	text = cut(text, maxWord)
	if quoted := strconv.Quote(text); quoted != `"`+text+`"` || strings.Contains(text, " ") {
		return quoted
	}
	return text
}

// cut shortens a text to so many characters.
func cut(text string, most int) string {
	if utf8.RuneCountInString(text) > most {
		return string([]rune(text)[:most]) + "…"
	}
	return text
}

// colourful tells whether colours are welcome (no-color.org).
func colourful(out io.Writer) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && terminal(out)
}

// terminal tells whether somebody looks at what is written.
func terminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

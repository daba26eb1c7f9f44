package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tokencheck"
)

// tokenAnswer is what token prints: no part of it is a token.
type tokenAnswer struct {
	Header map[string]any     `json:"header,omitempty"`
	Claims map[string]any     `json:"claims,omitempty"`
	Report *tokencheck.Report `json:"policy,omitempty"`
}

func (a tokenAnswer) print(out io.Writer, format string) error {
	if format == "json" {
		return writeJSON(out, a)
	}
	var b strings.Builder
	writeMembers(&b, "header", a.Header)
	writeMembers(&b, "claims", a.Claims)
	if a.Report != nil {
		writeReport(&b, *a.Report)
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func writeMembers(b *strings.Builder, title string, members map[string]any) {
	if len(members) == 0 {
		return
	}
	fmt.Fprintf(b, "%s\n", title)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		value, _ := json.Marshal(members[name]) // it came from JSON
		fmt.Fprintf(b, "  %-10s  %s%s\n", printable(name), printable(string(value)), dated(name, members[name]))
	}
}

// dated is a time for people, behind the claims that are one.
func dated(name string, value any) string {
	number, isNumber := value.(json.Number)
	seconds, err := number.Float64()
	if name != "exp" && name != "nbf" && name != "iat" || !isNumber || err != nil {
		return ""
	}
	return time.Unix(int64(seconds), 0).UTC().Format("  (2006-01-02 15:04:05 UTC)")
}

func writeReport(b *strings.Builder, r tokencheck.Report) {
	b.WriteString("policy\n")
	for _, what := range r.Failed {
		fmt.Fprintf(b, "  %-10s  %s\n", "failed", what)
	}
	for _, what := range r.Unchecked {
		fmt.Fprintf(b, "  %-10s  %s\n", "unchecked", what)
	}
	if len(r.Failed)+len(r.Unchecked) == 0 {
		fmt.Fprintf(b, "  %-10s  every check of the token\n", "passed")
	}
	for _, route := range r.Routes {
		verdict := "scopes"
		if !route.Held {
			verdict = "no scopes"
		}
		fmt.Fprintf(b, "  %-10s  %s: %s\n", verdict, route.Name, route.Scopes)
	}
}

// printable writes what could move a terminal's cursor as escapes.
func printable(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

package policytest

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	contextLines = 3   // shown around what differs
	longestLine  = 160 // of it, what lies around the first differing byte is shown
)

// textLines cuts a body into lines. That the last line has no line feed is a line of
// its own, so that a difference in nothing else can be seen.
func textLines(body []byte) []string {
	if len(body) == 0 {
		return nil
	}
	lines := strings.Split(string(body), "\n")
	if lines[len(lines)-1] == "" {
		return lines[:len(lines)-1]
	}
	return append(lines, `\ no line feed at the end`)
}

// lineDiff shows what lies between the common beginning and the common end.
func lineDiff(want, got []string) string {
	start := commonPrefix(want, got)
	end := commonSuffix(want[start:], got[start:])
	var out strings.Builder
	from := start - contextLines
	if from < 0 {
		from = 0
	}
	writeLines(&out, " ", want[from:start], nil)
	writeLines(&out, "-", want[start:len(want)-end], got[start:len(got)-end])
	writeLines(&out, "+", got[start:len(got)-end], want[start:len(want)-end])
	if end > contextLines {
		want = want[:len(want)-end+contextLines]
		end = contextLines
	}
	writeLines(&out, " ", want[len(want)-end:], nil)
	return out.String()
}

func commonPrefix(a, b []string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func commonSuffix(a, b []string) int {
	n := 0
	for n < len(a) && n < len(b) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}

// writeLines writes lines after a mark; others holds the lines they are compared with.
func writeLines(out *strings.Builder, mark string, lines, others []string) {
	for i, line := range lines {
		other := ""
		if i < len(others) {
			other = others[i]
		}
		fmt.Fprintf(out, "    %s %s\n", mark, visible(around(line, other)))
	}
}

// around cuts a long line to what lies around its first difference from another.
func around(line, other string) string {
	if len(line) <= longestLine {
		return line
	}
	from := 0
	for from < len(line) && from < len(other) && line[from] == other[from] {
		from++
	}
	from -= longestLine / 2
	if from < 0 {
		from = 0
	}
	to := from + longestLine
	if to > len(line) {
		to = len(line)
	}
	return fmt.Sprintf("…%s… (bytes %d to %d of %d)", strings.ToValidUTF8(line[from:to], "\uFFFD"), from, to, len(line))
}

// visible quotes a line that a terminal would not show as it is.
func visible(line string) string {
	hidden := func(r rune) bool { return !unicode.IsPrint(r) }
	if utf8.ValidString(line) && strings.IndexFunc(line, hidden) < 0 {
		return line
	}
	return strconv.Quote(line)
}

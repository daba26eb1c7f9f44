package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/replay"
)

// printReplayText prints a report for a terminal.
func printReplayText(out io.Writer, r *replay.Report) error {
	var b strings.Builder
	printReplayHead(&b, r)
	printOutcomes(&b, r)
	for i := range r.Changes {
		c := &r.Changes[i]
		printBreakdown(&b, fmt.Sprintf("%s %s", count(c.Count, "request"), c.Kind), &c.Breakdown)
	}
	if r.Of(replay.NewlyRefused) == nil && r.Refused.Count > 0 {
		printBreakdown(&b, fmt.Sprintf("%s refused by %s, or would be if enforced", count(r.Refused.Count, "request"), r.Policy), &r.Refused)
	}
	switch {
	case !r.Compared():
		b.WriteString("\nThere is nothing to compare with: give the policy that runs with --against.\n")
	case len(r.Changes) == 0:
		b.WriteString("\nNo request would fare otherwise.\n")
	}
	printUnread(&b, r)
	_, err := io.WriteString(out, b.String())
	return err
}

func printReplayHead(b *strings.Builder, r *replay.Report) {
	fmt.Fprintf(b, "%s", count(r.Requests, "request"))
	if r.First != nil {
		fmt.Fprintf(b, " from %s to %s", r.First.Format(time.RFC3339), r.Last.Format(time.RFC3339))
	}
	if r.Unread.Count > 0 {
		fmt.Fprintf(b, ", %s not read", count(r.Unread.Count, "line"))
	}
	b.WriteString("\n")
	for _, remark := range r.Remarks() {
		fmt.Fprintf(b, "%s\n", remark)
	}
}

func count(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return grouped(n) + " " + what + "s"
}

func printOutcomes(b *strings.Builder, r *replay.Report) {
	b.WriteString("\n")
	table := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintf(table, "\t%s\t%s\t\n", r.BeforeName(), r.Policy) // memory does not fail
	for _, row := range r.OutcomeRows() {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t\n", row.Outcome, grouped(row.Before), grouped(row.After))
	}
	_ = table.Flush()
}

func printBreakdown(b *strings.Builder, title string, d *replay.Breakdown) {
	fmt.Fprintf(b, "\n%s\n", title)
	table := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for _, c := range d.Causes {
		_, _ = fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\t%s\n", grouped(c.Count)+about(c.Over), word(c.Route), word(c.Code), word(c.Rule), word(c.Name), sampled(c.Sample))
	}
	_ = table.Flush()
	for _, list := range d.Lists() {
		if len(list.Rows) == 0 {
			continue
		}
		var words []string
		for _, row := range list.Rows {
			words = append(words, grouped(row.Count)+about(row.Over)+" "+word(row.Word))
		}
		fmt.Fprintf(b, "  by %s: %s\n", list.What, strings.Join(words, ", "))
	}
}

// about marks a count that may be too high.
func about(over int64) string {
	if over == 0 {
		return ""
	}
	return "~"
}

// sampled is the first example of a cause, on the rest of a line.
func sampled(s replay.Sample) string {
	text := s.Place
	if s.Pointer != "" {
		text += " " + word(s.Pointer)
	}
	if s.Want != "" {
		text += fmt.Sprintf(": want %s, got %s", s.Want, s.Got)
	}
	return text
}

func printUnread(b *strings.Builder, r *replay.Report) {
	if r.Unread.Count == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s not read\n", count(r.Unread.Count, "line"))
	for _, gap := range r.Unread.First {
		fmt.Fprintf(b, "  %s: %s\n", gap.Place, gap.Reason)
	}
	if more := r.Unread.Count - int64(len(r.Unread.First)); more > 0 {
		fmt.Fprintf(b, "  and %s more\n", grouped(more))
	}
}

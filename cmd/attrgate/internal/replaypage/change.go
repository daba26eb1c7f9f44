package replaypage

import (
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/replay"
)

// change is a section about requests that have something in common.
type change struct {
	ID, Title, About, Tone string
	Count                  int64
	Causes                 []replay.Cause
	Bars                   []bars
}

// bars is a list with a bar for each row.
type bars struct {
	Title, Head string
	Rows        []bar
}

type bar struct {
	replay.Row
	Width float64 // of 100, the first row's
}

func newChange(kind replay.Kind, c *replay.Change) change {
	return change{
		ID: strings.ReplaceAll(string(kind), " ", "-"), Title: title(kind), About: about(kind), Tone: tone(kind),
		Count: c.Count, Causes: c.Causes, Bars: newBars(&c.Breakdown),
	}
}

func newRefused(r *replay.Report) *change {
	return &change{
		ID: "refused", Count: r.Refused.Count, Causes: r.Refused.Causes, Bars: newBars(&r.Refused),
		About: "All that the new policy refuses, or would refuse if routes in report mode were enforced, whether or not that is a change.",
	}
}

// newBars leaves out the lists that are empty.
func newBars(b *replay.Breakdown) []bars {
	var all []bars
	for _, list := range b.Lists() {
		if len(list.Rows) == 0 {
			continue
		}
		one := bars{Title: "By " + list.What, Head: capital(list.What)}
		for _, row := range list.Rows {
			one.Rows = append(one.Rows, bar{row, percent(row.Count, list.Rows[0].Count)})
		}
		all = append(all, one)
	}
	return all
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

func title(kind replay.Kind) string { return capital(string(kind)) }

func about(kind replay.Kind) string {
	switch kind {
	case replay.NewlyRefused:
		return "They went on, and would be refused: whoever sends them breaks."
	case replay.NewlyAdmitted:
		return "They were refused, and would go on. The reasons are those for which they were refused."
	case replay.RefusedOtherwise:
		return "They were refused and would be, for another reason: clients see another status or code."
	case replay.NewlyReported:
		return "They would go on, because their route is in report mode. Once it is enforced, they are refused."
	}
	return "They go on as before, but the backend would get another body."
}

func tone(kind replay.Kind) string {
	switch kind {
	case replay.NewlyRefused:
		return "refused"
	case replay.NewlyAdmitted:
		return "admitted"
	case replay.NewlyReported:
		return "reported"
	case replay.ForwardedOtherwise:
		return "forwarded"
	}
	return "other"
}

package replaypage

import (
	"fmt"
	"math"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/replay"
)

// stack is a bar whose parts come to a whole.
type stack struct {
	Name  string
	Label string // for those who do not see it
	Parts []part
}

// part is drawn from X on, both of 100.
type part struct {
	Class, Title string
	X, Width     float64
}

// route is a row of the table of routes.
type route struct {
	*replay.Route
	stack
	Name              string
	Refused, Admitted int64
}

// sides are the outcomes of both sides.
func sides(r *replay.Report) []stack {
	before, after := stack{Name: r.BeforeName()}, stack{Name: r.Policy}
	for _, row := range r.OutcomeRows() {
		before.add(row.Outcome, row.Before, r.Requests)
		after.add(row.Outcome, row.After, r.Requests)
	}
	before.label()
	after.label()
	return []stack{before, after}
}

// add appends a part of a whole, if there is any.
func (s *stack) add(outcome string, n, whole int64) {
	if n == 0 {
		return
	}
	x := 0.0
	if last := len(s.Parts) - 1; last >= 0 {
		x = s.Parts[last].X + s.Parts[last].Width
	}
	s.Parts = append(s.Parts, part{outcome, fmt.Sprintf("%s: %s, %s", outcome, number(n), share(n, whole)), x, percent(n, whole)})
}

func (s *stack) label() {
	var titles []string
	for _, p := range s.Parts {
		titles = append(titles, p.Title)
	}
	s.Label = s.Name + ": " + strings.Join(titles, "; ")
}

// percent has two decimals: a page need not know more.
func percent(part, whole int64) float64 {
	return math.Round(1e4*float64(part)/float64(whole)) / 100
}

func newRoute(r *replay.Route) route {
	shown := route{Route: r, Name: r.Name, Refused: r.Changes[replay.NewlyRefused], Admitted: r.Changes[replay.NewlyAdmitted]}
	shown.add("passed", r.Outcomes.Passed, r.Requests)
	shown.add("admitted", r.Outcomes.Admitted, r.Requests)
	shown.add("reported", r.Outcomes.Reported, r.Requests)
	shown.add("refused", r.Outcomes.Refused, r.Requests)
	return shown
}

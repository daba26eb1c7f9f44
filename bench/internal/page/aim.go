package page

import (
	"fmt"
	"math"

	"github.com/attrgate/attrgate/bench/internal/stat"
)

// Aim is what the project wants to reach, and what was found. NaN: it was not measured.
type Aim struct {
	What        string
	Least, Most float64 // one of them; the other is zero
	Found       float64
}

// Aims adds a table of aims.
func (s *Section) Aims(aims []Aim) {
	rows := make([][]string, 0, len(aims))
	for _, a := range aims {
		rows = append(rows, []string{a.What, a.want(), a.found(), a.verdict()})
	}
	s.Say("What is aimed at:")
	s.Table([]string{"", "aim", "found", ""}, rows)
}

func (a Aim) want() string {
	if a.Least > 0 {
		return fmt.Sprintf("at least %s", stat.Text(a.Least))
	}
	return fmt.Sprintf("at most %s", stat.Text(a.Most))
}

func (a Aim) found() string {
	if math.IsNaN(a.Found) {
		return "not measured"
	}
	return stat.Text(a.Found)
}

func (a Aim) verdict() string {
	switch {
	case math.IsNaN(a.Found):
		return ""
	case a.Least > 0 && a.Found >= a.Least, a.Most > 0 && a.Found <= a.Most:
		return "reached"
	}
	return "missed"
}

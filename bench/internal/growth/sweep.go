package growth

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/attrgate/attrgate/bench/internal/chart"
	"github.com/attrgate/attrgate/bench/internal/page"
	"github.com/attrgate/attrgate/bench/internal/stat"
	"github.com/attrgate/attrgate/bench/internal/turns"
)

// place is a point of a chart, before it is measured.
type place struct {
	series  string
	x       int
	subject turns.Subject
}

// sweep is what was measured: the rounds' times in ns, by series and place.
type sweep struct {
	series []string
	xs     []int
	nanos  map[string]map[int][]float64
	counts map[string]map[int]float64 // allocations
}

func newSweep() *sweep {
	return &sweep{nanos: map[string]map[int][]float64{}, counts: map[string]map[int]float64{}}
}

// measure lets all places take turns.
func measure(places []place, o turns.Options) (*sweep, error) {
	subjects := make([]turns.Subject, 0, len(places))
	for _, p := range places {
		s := p.subject
		s.Name = fmt.Sprintf("%s at %d", p.series, p.x)
		subjects = append(subjects, s)
	}
	results, err := turns.Run(subjects, o)
	if err != nil {
		return nil, err
	}
	s := newSweep()
	for i, p := range places {
		s.add(p.series, p.x, results[i].Nanos, results[i].Allocations)
	}
	return s, nil
}

func (s *sweep) add(series string, x int, nanos []float64, allocations float64) {
	if s.nanos[series] == nil {
		s.series = append(s.series, series)
		s.nanos[series], s.counts[series] = map[int][]float64{}, map[int]float64{}
	}
	if !slices.Contains(s.xs, x) {
		s.xs = append(s.xs, x)
	}
	s.nanos[series][x], s.counts[series][x] = nanos, allocations
}

// table writes a row for each x: the times of all series, and what more cells adds.
func (s *sweep) table(out *page.Section, head []string, more func(x int) []string) {
	rows := make([][]string, 0, len(s.xs))
	for _, x := range s.xs {
		row := []string{strconv.Itoa(x)}
		for _, series := range s.series {
			row = append(row, stat.Text(stat.Median(s.nanos[series][x])/1000))
		}
		rows = append(rows, append(row, more(x)...))
	}
	out.Table(head, rows)
}

// draw writes the chart.
func (s *sweep) draw(out *page.Section, name string, axes chart.Axes) {
	lines := make([]chart.Series, 0, len(s.series))
	for _, series := range s.series {
		line := chart.Series{Name: series}
		for _, x := range s.xs {
			if nanos := s.nanos[series][x]; len(nanos) > 0 {
				line.Points = append(line.Points, chart.Point{X: float64(x), Y: stat.Median(nanos) / 1000})
			}
		}
		lines = append(lines, line)
	}
	out.Chart(name, axes.Title, chart.Lines(axes, lines))
}

// ratio is the median of the rounds' ratios of two series at one place.
func (s *sweep) ratio(of, by string, x int) float64 {
	return stat.Median(stat.Ratios(s.nanos[of][x], s.nanos[by][x]))
}

// growth is the time at a place as a multiple of the time at the first.
func (s *sweep) growth(series string, x int) float64 {
	return stat.Median(stat.Ratios(s.nanos[series][x], s.nanos[series][s.xs[0]]))
}

// Package inprocess compares the contenders that are Go libraries.
package inprocess

import (
	"fmt"
	"io"
	"strings"

	"github.com/attrgate/attrgate/bench/internal/chart"
	"github.com/attrgate/attrgate/bench/internal/contender"
	"github.com/attrgate/attrgate/bench/internal/page"
	"github.com/attrgate/attrgate/bench/internal/sample"
	"github.com/attrgate/attrgate/bench/internal/stat"
	"github.com/attrgate/attrgate/bench/internal/turns"
)

// Run measures all contenders in turns.
func Run(o turns.Options) ([]turns.Result, error) {
	signer, err := sample.NewSigner()
	if err != nil {
		return nil, err
	}
	var subjects []turns.Subject
	for _, c := range contender.All() {
		s, err := contender.Subject(c, signer)
		if err != nil {
			return nil, err
		}
		subjects = append(subjects, s)
	}
	return turns.Run(subjects, o)
}

// Report writes what Run found.
func Report(results []turns.Result) *page.Section {
	s := page.New("In one Go process")
	s.Say("One request from the handler's first line to its last, with a handler behind it that reads the body. "+
		"Each contender first let the request pass and refused it without the scope, with a wrong signature and, where it checks bodies, "+
		"with a value that is too long. Medians of %d rounds in turns; the handler alone is taken off the times and the counts. "+
		"Ratios are medians of the rounds' ratios.", len(results[0].Nanos))
	s.Command("cd bench && GOWORK=off go run ./inprocess")
	times := net(results)
	rows := make([][]string, 0, len(results))
	bars := make([]chart.Bar, 0, len(results))
	for i, c := range contender.All()[1:] {
		r := results[i+1]
		rows = append(rows, row(c, r, results[0], times))
		low, high := stat.Range(times[c.Name])
		bars = append(bars, chart.Bar{Name: c.Name, Value: stat.Median(times[c.Name]) / 1000, Low: low / 1000, High: high / 1000, Ours: ours(c)})
	}
	s.Table([]string{"", "does", "µs", "allocations", "bytes", "times " + contender.Remembered, "times " + contender.TokenOnly}, rows)
	s.Aims(aims(results, times))
	s.Chart("in-process", "Time of one request in one Go process", chart.Bars("One request in one Go process, µs", bars))
	return s
}

// net is the time over the handler alone, by name and round.
func net(results []turns.Result) map[string][]float64 {
	times := map[string][]float64{}
	for _, r := range results {
		times[r.Name] = stat.Differences(r.Nanos, results[0].Nanos)
	}
	return times
}

func row(c contender.Contender, r, alone turns.Result, times map[string][]float64) []string {
	name := c.Name
	if c.Library != "" {
		name += " " + strings.TrimPrefix(page.ModuleVersion(c.Library), "v")
	}
	return []string{
		name, c.Does.String(), stat.Text(stat.Median(times[c.Name]) / 1000),
		fmt.Sprintf("%.0f", r.Allocations-alone.Allocations), fmt.Sprintf("%.0f", r.Bytes-alone.Bytes),
		stat.Text(stat.Median(stat.Ratios(times[c.Name], times[contender.Remembered]))),
		stat.Text(stat.Median(stat.Ratios(times[c.Name], times[contender.TokenOnly]))),
	}
}

// aims are goals of the project that this table decides.
func aims(results []turns.Result, times map[string][]float64) []page.Aim {
	allocations := map[string]float64{}
	for _, r := range results {
		allocations[r.Name] = r.Allocations - results[0].Allocations
	}
	micros := func(name string) float64 { return stat.Median(times[name]) / 1000 }
	ratio := func(of, by string) float64 { return stat.Median(stat.Ratios(times[of], times[by])) }
	return []page.Aim{
		{What: contender.Remembered + ": µs", Most: 2, Found: micros(contender.Remembered)},
		{What: contender.Remembered + ": allocations", Most: 10, Found: allocations[contender.Remembered]},
		{What: contender.Unchanged + ": µs", Most: 1, Found: micros(contender.Unchanged)},
		{What: contender.Unchanged + ": allocations", Most: 4, Found: allocations[contender.Unchanged]},
		{What: contender.WithOpenAPI + " / " + contender.Remembered, Least: 30, Found: ratio(contender.WithOpenAPI, contender.Remembered)},
		{What: contender.Checked + " / " + contender.TokenOnly, Most: 1, Found: ratio(contender.Checked, contender.TokenOnly)},
	}
}

func ours(c contender.Contender) bool { return c.Library == "" }

// WriteBenchstat writes every round as a line that benchstat reads.
func WriteBenchstat(w io.Writer, results []turns.Result) error {
	for _, r := range results {
		name := strings.Map(func(c rune) rune {
			if c == ' ' || c == ',' {
				return '_'
			}
			return c
		}, r.Name)
		for _, nanos := range r.Nanos {
			if _, err := fmt.Fprintf(w, "BenchmarkRequest/%s %d %.1f ns/op %.0f B/op %.0f allocs/op\n", name, r.Times, nanos, r.Bytes, r.Allocations); err != nil {
				return err
			}
		}
	}
	return nil
}

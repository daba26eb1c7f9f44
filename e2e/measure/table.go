package main

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"
)

// row is one line of the table: what is measured, and how to get it from a sample.
type row struct {
	name, unit string
	value      func(sample) float64
}

func table(without, nothing, with []sample) string {
	var w strings.Builder
	rows := []row{
		{"start until it serves", "ms", func(s sample) float64 { return milliseconds(s.start) }},
		{"CPU time until then", "ms", func(s sample) float64 { return milliseconds(s.cpu) }},
		{"resident memory", "MiB", func(s sample) float64 { return float64(s.memory) / (1 << 20) }},
		{"of it heap and stacks", "MiB", func(s sample) float64 { return float64(s.own) / (1 << 20) }},
	}
	fmt.Fprintf(&w, "Medians of %d starts each, taking turns, smallest to largest in brackets; %s/%s, %d CPUs.\n\n",
		len(with), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	fmt.Fprintln(&w, "| Traefik | without a plugin | with one that does nothing | with attrgate | attrgate adds |")
	fmt.Fprintln(&w, "|---|---|---|---|---|")
	for _, r := range rows {
		a, b, c := r.values(without), r.values(nothing), r.values(with)
		fmt.Fprintf(&w, "| %s, %s | %s | %s | %s | %+.0f |\n", r.name, r.unit, spread(a), spread(b), spread(c), median(c)-median(a))
	}
	return w.String()
}

func (r row) values(samples []sample) []float64 {
	var values []float64
	for _, s := range samples {
		values = append(values, r.value(s))
	}
	slices.Sort(values)
	return values
}

// spread writes the median of sorted values, and their range.
func spread(values []float64) string {
	return fmt.Sprintf("%.0f (%.0f–%.0f)", median(values), values[0], values[len(values)-1])
}

func median(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

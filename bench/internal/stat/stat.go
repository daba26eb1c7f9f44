// Package stat has the few statistics that the tables need.
package stat

import (
	"math"
	"slices"
	"strconv"
)

// Median returns the middle of values, in any order; NaN if there is none.
func Median(values []float64) float64 { return Quantile(values, 0.5) }

// Quantile returns the value below which the share q of values lies, taken from the nearest
// two; NaN if there is none.
func Quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	at := q * float64(len(sorted)-1)
	low := int(at)
	high := min(low+1, len(sorted)-1)
	return sorted[low] + (at-float64(low))*(sorted[high]-sorted[low])
}

// Range returns the smallest and the largest of values.
func Range(values []float64) (low, high float64) {
	if len(values) == 0 {
		return 0, 0
	}
	return slices.Min(values), slices.Max(values)
}

// Ratios divides round by round, so that whatever slows a whole round cancels out. Rounds
// that either lacks are left out.
func Ratios(of, by []float64) []float64 {
	var ratios []float64
	for i := range min(len(of), len(by)) {
		if by[i] != 0 {
			ratios = append(ratios, of[i]/by[i])
		}
	}
	return ratios
}

// Differences subtracts round by round.
func Differences(of, by []float64) []float64 {
	var differences []float64
	for i := range min(len(of), len(by)) {
		differences = append(differences, of[i]-by[i])
	}
	return differences
}

// Text writes a number with three significant digits and no exponent; NaN is a dash.
func Text(value float64) string {
	if math.IsNaN(value) {
		return "–"
	}
	if value == 0 || math.IsInf(value, 0) {
		return strconv.FormatFloat(value, 'f', -1, 64)
	}
	digits := max(0, 2-int(math.Floor(math.Log10(math.Abs(value)))))
	return strconv.FormatFloat(value, 'f', digits, 64)
}

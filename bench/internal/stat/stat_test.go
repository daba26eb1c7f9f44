package stat_test

import (
	"math"
	"testing"

	"github.com/attrgate/attrgate/bench/internal/stat"
)

func TestMedianOfRatios(t *testing.T) {
	// The third round was slow for both: the ratio does not see it.
	ratios := stat.Ratios([]float64{2, 4, 40}, []float64{1, 2, 20, 7})
	if got := stat.Median(ratios); got != 2 || len(ratios) != 3 {
		t.Errorf("median %v of %v", got, ratios)
	}
	if got := stat.Quantile([]float64{4, 1, 3, 2}, 0.5); got != 2.5 {
		t.Errorf("median of four is %v", got)
	}
	if got := stat.Median(nil); !math.IsNaN(got) {
		t.Errorf("median of nothing is %v", got)
	}
}

func TestText(t *testing.T) {
	for value, want := range map[float64]string{
		0: "0", 0.012345: "0.0123", 1.234: "1.23", 12.34: "12.3", 123.4: "123", 1234567: "1234567", -5.678: "-5.68", math.NaN(): "–",
	} {
		if got := stat.Text(value); got != want {
			t.Errorf("%v is written %s, want %s", value, got, want)
		}
	}
}

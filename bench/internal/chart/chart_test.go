package chart_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/bench/internal/chart"
)

// TestChartsAreXML: names with any character make a document that a browser reads.
func TestChartsAreXML(t *testing.T) {
	name := `a <b> & "c"`
	for what, svg := range map[string]string{
		"bars":          chart.Bars(name, []chart.Bar{{Name: name, Value: 3, Low: 1, High: 4}, {Name: "zero"}}),
		"no bars":       chart.Bars("none", nil),
		"lines":         chart.Lines(chart.Axes{Title: name, X: name, Y: name}, []chart.Series{{Name: name, Points: []chart.Point{{1, 0.2}, {1e6, 30}}}}),
		"a single spot": chart.Lines(chart.Axes{}, []chart.Series{{Points: []chart.Point{{1, 1}}}}),
	} {
		decoder := xml.NewDecoder(strings.NewReader(svg))
		for {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
		}
		if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
			t.Errorf("%s: has a place that is nowhere:\n%s", what, svg)
		}
	}
}

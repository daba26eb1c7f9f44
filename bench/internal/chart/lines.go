package chart

import (
	"fmt"
	"math"
	"strings"

	"github.com/attrgate/attrgate/bench/internal/stat"
)

// Series is a line of a chart.
type Series struct {
	Name   string
	Points []Point
}

// Point is a point of a line; both coordinates are positive.
type Point struct{ X, Y float64 }

// Axes name what a chart of lines shows.
type Axes struct{ Title, X, Y string }

const (
	plotLeft, plotRight = 80, 540
	plotTop, plotBottom = 52, 320
	linesHeight         = 370
)

var colours = []string{ours, "#c2410c", "#15803d", "#7c3aed", "#a16207", others}

// Lines draws lines over two logarithmic axes: what grows linearly has a slope of one.
func Lines(axes Axes, series []Series) string {
	var w strings.Builder
	x, y := frame(series)
	drawScale(&w, x, y)
	for i, s := range series {
		drawLine(&w, s, colours[i%len(colours)], func(p Point) point { return point{x.at(p.X), y.at(p.Y)} })
		top := plotTop + 14 + i*18
		fmt.Fprintf(&w, `<rect x="%d" y="%d" width="12" height="4" fill="%s"/>`+"\n", plotRight+16, top-6, colours[i%len(colours)])
		text(&w, plotRight+34, top, "start", s.Name)
	}
	text(&w, (plotLeft+plotRight)/2, plotBottom+38, "middle", axes.X)
	text(&w, 12, plotTop-10, "start", axes.Y)
	return document(axes.Title, linesHeight, w.String())
}

// axis maps values to a place between two coordinates, by powers of ten.
type axis struct{ low, high, from, to float64 }

func (a axis) at(value float64) float64 {
	return a.from + (math.Log10(value)-a.low)/(a.high-a.low)*(a.to-a.from)
}

// frame spans whole powers of ten around all points.
func frame(series []Series) (x, y axis) {
	x = axis{math.Inf(1), math.Inf(-1), plotLeft, plotRight}
	y = axis{math.Inf(1), math.Inf(-1), plotBottom, plotTop}
	for _, s := range series {
		for _, p := range s.Points {
			x.include(p.X)
			y.include(p.Y)
		}
	}
	return x, y
}

func (a *axis) include(value float64) {
	power := math.Log10(max(value, 1e-9))
	a.low = min(a.low, math.Floor(power))
	a.high = max(a.high, math.Ceil(power), a.low+1)
}

func drawScale(w *strings.Builder, x, y axis) {
	for power := x.low; power <= x.high; power++ {
		at := x.at(math.Pow(10, power))
		line(w, point{at, plotTop}, point{at, plotBottom}, pale)
		text(w, int(at), plotBottom+18, "middle", stat.Text(math.Pow(10, power)))
	}
	for power := y.low; power <= y.high; power++ {
		at := y.at(math.Pow(10, power))
		line(w, point{plotLeft, at}, point{plotRight, at}, pale)
		text(w, plotLeft-8, int(at)+4, "end", stat.Text(math.Pow(10, power)))
	}
}

func drawLine(w *strings.Builder, s Series, colour string, place func(Point) point) {
	var path strings.Builder
	for _, p := range s.Points {
		at := place(p)
		fmt.Fprintf(&path, "%.1f,%.1f ", at.x, at.y)
		fmt.Fprintf(w, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`+"\n", at.x, at.y, colour)
	}
	fmt.Fprintf(w, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", strings.TrimSpace(path.String()), colour)
}

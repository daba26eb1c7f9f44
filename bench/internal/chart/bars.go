// Package chart draws charts as SVG that needs no script and no font of its own.
package chart

import (
	"fmt"
	"html"
	"strings"

	"github.com/attrgate/attrgate/bench/internal/stat"
)

const (
	width      = 760
	nameWidth  = 300 // for the names of bars
	valueWidth = 90  // for the numbers behind them
	rowHeight  = 26
	headHeight = 44

	ink, pale, ours, others = "#1f2933", "#d5dbe1", "#1f6feb", "#8a97a5"
)

// Bar is a bar of a chart.
type Bar struct {
	Name  string
	Value float64

	// Low and High are drawn as a line over the bar's end.
	Low, High float64

	// Ours sets the bar apart.
	Ours bool
}

// Bars draws horizontal bars, one under the other.
func Bars(title string, bars []Bar) string {
	most := 0.0
	for _, b := range bars {
		most = max(most, b.Value, b.High)
	}
	scale := (width - nameWidth - valueWidth) / max(most, 1e-12)
	var w strings.Builder
	for i, b := range bars {
		drawBar(&w, b, headHeight+i*rowHeight, scale)
	}
	return document(title, headHeight+len(bars)*rowHeight+8, w.String())
}

func drawBar(w *strings.Builder, b Bar, top int, scale float64) {
	colour := others
	if b.Ours {
		colour = ours
	}
	middle := top + rowHeight/2
	text(w, nameWidth-8, middle+4, "end", b.Name)
	fmt.Fprintf(w, `<rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/>`+"\n", nameWidth, top+4, b.Value*scale, rowHeight-8, colour)
	end := b.Value
	if b.High > b.Low {
		end = max(end, b.High)
		line(w, point{nameWidth + b.Low*scale, float64(middle)}, point{nameWidth + b.High*scale, float64(middle)}, ink)
	}
	text(w, nameWidth+int(end*scale)+6, middle+4, "start", stat.Text(b.Value))
}

type point struct{ x, y float64 }

func line(w *strings.Builder, from, to point, colour string) {
	fmt.Fprintf(w, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s"/>`+"\n", from.x, from.y, to.x, to.y, colour)
}

func text(w *strings.Builder, x, y int, anchor, content string) {
	fmt.Fprintf(w, `<text x="%d" y="%d" text-anchor="%s" fill="%s">%s</text>`+"\n", x, y, anchor, ink, html.EscapeString(content))
}

func document(title string, height int, content string) string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="sans-serif" font-size="12">
<title>%s</title>
<rect width="100%%" height="100%%" fill="#ffffff"/>
<text x="12" y="24" font-size="14" font-weight="bold" fill="%s">%s</text>
%s</svg>
`, width, height, width, height, html.EscapeString(title), ink, html.EscapeString(title), content)
}

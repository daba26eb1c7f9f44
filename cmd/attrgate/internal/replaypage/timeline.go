package replaypage

import (
	"fmt"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/replay"
)

// timeline is a chart of columns, one for each stretch of time.
type timeline struct {
	Columns     []column
	First, Last string
	Most        int64 // requests of the highest column
	Each        string
	Label       string // for those who do not see it
}

// column is drawn from X on; the parts are stacked. Everything is of 100.
type column struct {
	X, Width float64
	Title    string
	Parts    []layer
}

type layer struct {
	Tone      string
	Y, Height float64
}

// fewestMoments is from when on a chart says more than a sentence.
const fewestMoments = 3

// newTimeline returns nil if there is too little to draw.
func newTimeline(t *replay.Timeline) *timeline {
	if len(t.Moments) < fewestMoments {
		return nil
	}
	first, last := t.Moments[0].At, t.Moments[len(t.Moments)-1].At
	whole := last.Unix() - first.Unix() + t.Seconds
	chart := &timeline{First: stamp(first), Last: stamp(last.Add(time.Duration(t.Seconds) * time.Second)), Each: length(t.Seconds)}
	for i := range t.Moments {
		chart.Most = max(chart.Most, t.Moments[i].Requests)
	}
	for i := range t.Moments {
		m := &t.Moments[i]
		chart.Columns = append(chart.Columns, column{
			X: percent(m.At.Unix()-first.Unix(), whole), Width: percent(t.Seconds, whole),
			Title: momentTitle(m), Parts: layers(m, chart.Most),
		})
	}
	chart.Label = fmt.Sprintf("Requests over time, from %s to %s, a column for each %s. %s", chart.First, chart.Last, chart.Each, worst(t))
	return chart
}

// layers stacks the changes, the gravest at the bottom, and what stays the same on top.
func layers(m *replay.Moment, most int64) []layer {
	var parts []layer
	y, rest := 100.0, m.Requests
	add := func(tone string, n int64) {
		if n > 0 {
			height := percent(n, most)
			y -= height
			parts = append(parts, layer{tone, y, height})
		}
	}
	for _, kind := range replay.Kinds() {
		add(tone(kind), m.Changes[kind])
		rest -= m.Changes[kind]
	}
	add("none", rest)
	return parts
}

func momentTitle(m *replay.Moment) string {
	text := stamp(m.At) + ": " + requests(m.Requests)
	for _, kind := range replay.Kinds() {
		if n := m.Changes[kind]; n > 0 {
			text += fmt.Sprintf(", %s %s", number(n), kind)
		}
	}
	return text
}

// worst says when the most requests of the gravest kind of change came.
func worst(t *replay.Timeline) string {
	for _, kind := range replay.Kinds() {
		var most *replay.Moment
		for i := range t.Moments {
			if m := &t.Moments[i]; m.Changes[kind] > 0 && (most == nil || m.Changes[kind] > most.Changes[kind]) {
				most = m
			}
		}
		if most != nil {
			return fmt.Sprintf("The most %s, %s, came from %s on.", kind, number(most.Changes[kind]), stamp(most.At))
		}
	}
	return "None of them fares otherwise."
}

func stamp(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05") }

// length is a stretch of time in words, in the largest unit that divides it.
func length(seconds int64) string {
	for _, unit := range []struct {
		seconds int64
		name    string
	}{{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}} {
		switch n := seconds / unit.seconds; {
		case seconds%unit.seconds != 0:
		case n == 1:
			return unit.name
		default:
			return fmt.Sprintf("%d %ss", n, unit.name)
		}
	}
	return ""
}

// Package replaypage writes a replay's report as one HTML page that needs nothing else: no
// script, no font and no picture from elsewhere.
package replaypage

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/replay"
)

//go:embed page.html
var source string

// Write writes the page of a report.
func Write(out io.Writer, r *replay.Report) error {
	page, err := template.New("page").Funcs(template.FuncMap{
		"number": number, "requests": requests, "difference": difference,
	}).Parse(source)
	if err != nil {
		return err
	}
	var b bytes.Buffer // half a page is worse than none
	if err := page.Execute(&b, newView(r)); err != nil {
		return err
	}
	_, err = b.WriteTo(out)
	return err
}

// view is what the page shows.
type view struct {
	Report  *replay.Report
	Verdict string
	Logs    string
	Period  string
	Tiles   []tile
	Sides   []stack
	When    *timeline // nil: there is too little to draw
	Changes []change
	Routes  []route
	Refused *change // nil: there are none
}

// tile is a figure that stands out.
type tile struct {
	What, Tone, Share string
	Count             int64
}

func newView(r *replay.Report) view {
	v := view{Report: r, Verdict: verdict(r), Logs: logs(r.Logs), Sides: sides(r), When: newTimeline(&r.Timeline)}
	if r.First != nil {
		v.Period = stamp(*r.First) + " to " + stamp(*r.Last) + " UTC"
	}
	v.Tiles = []tile{{What: "Requests", Tone: "other", Count: r.Requests}}
	for _, kind := range replay.Kinds() {
		t := tile{What: title(kind), Tone: tone(kind)}
		if c := r.Of(kind); c != nil {
			t.Count, t.Share = c.Count, share(c.Count, r.Requests)
			v.Changes = append(v.Changes, newChange(kind, c))
		}
		v.Tiles = append(v.Tiles, t)
	}
	if r.Unread.Count > 0 {
		v.Tiles = append(v.Tiles, tile{What: "Not read", Tone: "none", Count: r.Unread.Count})
	}
	for i := range r.Routes {
		v.Routes = append(v.Routes, newRoute(&r.Routes[i]))
	}
	if r.Refused.Count > 0 {
		v.Refused = newRefused(r)
	}
	return v
}

// verdict is the one sentence to remember.
func verdict(r *replay.Report) string {
	refused, admitted := r.Of(replay.NewlyRefused), r.Of(replay.NewlyAdmitted)
	switch {
	case refused != nil && admitted != nil:
		return fmt.Sprintf("%s would be newly refused, %s newly admitted", requests(refused.Count), number(admitted.Count))
	case refused != nil:
		return fmt.Sprintf("%s would be newly refused", requests(refused.Count))
	case admitted != nil:
		return fmt.Sprintf("%s would be newly admitted", requests(admitted.Count))
	case !r.Compared() && r.Refused.Count > 0:
		return fmt.Sprintf("%s would be refused", requests(r.Refused.Count))
	case !r.Compared():
		return "No request would be refused"
	case len(r.Changes) > 0:
		return "Nobody would be newly refused"
	}
	return "No request would fare otherwise"
}

// manyLogs is from when on logs are counted instead of named.
const manyLogs = 4

func logs(names []string) string {
	if len(names) >= manyLogs {
		return fmt.Sprintf("%d logs", len(names))
	}
	return strings.Join(names, ", ")
}

// number writes a count with narrow spaces between thousands.
func number(n int64) string {
	text := strconv.FormatInt(n, 10)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "\u202f" + text[at:]
	}
	return text
}

func requests(n int64) string {
	if n == 1 {
		return "1 request"
	}
	return number(n) + " requests"
}

func difference(before, after int64) string {
	switch {
	case after > before:
		return "+" + number(after-before)
	case after < before:
		return "−" + number(before-after)
	}
	return "0"
}

func share(part, whole int64) string {
	percent := 100 * float64(part) / float64(whole)
	if percent < 0.1 {
		return "< 0.1 %"
	}
	return strconv.FormatFloat(percent, 'f', 1, 64) + " %"
}

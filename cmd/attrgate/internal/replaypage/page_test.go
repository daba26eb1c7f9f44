package replaypage_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/replay"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/replaypage"
)

// page writes the page of a report. End-to-end tests open such pages in a browser.
func page(t *testing.T, r *replay.Report) string {
	t.Helper()
	var b strings.Builder
	if err := replaypage.Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// counted is a change of a kind with a few requests.
func counted(kind replay.Kind, n int64) replay.Change {
	return replay.Change{Kind: kind, Breakdown: replay.Breakdown{Count: n, Clients: []replay.Row{{Word: "desk", Count: n}}}}
}

func TestTheHeadingSaysWhatMatters(t *testing.T) {
	guarded := replay.Callers{Checked: 10}
	for want, r := range map[string]*replay.Report{
		"1 request would be newly refused":                             {Requests: 10, Changes: []replay.Change{counted(replay.NewlyRefused, 1)}},
		"1\u202f234 requests would be newly refused, 2 newly admitted": {Requests: 2000, Changes: []replay.Change{counted(replay.NewlyRefused, 1234), counted(replay.NewlyAdmitted, 2)}},
		"2 requests would be newly admitted":                           {Requests: 10, Changes: []replay.Change{counted(replay.NewlyAdmitted, 2)}},
		"Nobody would be newly refused":                                {Requests: 10, Changes: []replay.Change{counted(replay.ForwardedOtherwise, 2)}},
		"No request would fare otherwise":                              {Requests: 10, Callers: guarded},
		"3 requests would be refused":                                  {Requests: 10, Callers: guarded, Gaps: replay.Gaps{Outcome: 10}, Refused: replay.Breakdown{Count: 3}},
		"No request would be refused":                                  {Requests: 10, Callers: guarded, Gaps: replay.Gaps{Outcome: 10}},
	} {
		if html := page(t, r); !strings.Contains(html, "<h1>"+want+"</h1>") {
			t.Errorf("want %q, got %q", want, regexp.MustCompile(`<h1>.*</h1>`).FindString(html))
		}
	}
}

func TestThePageNeedsNothingElse(t *testing.T) {
	html := page(t, &replay.Report{Requests: 1, Changes: []replay.Change{counted(replay.NewlyRefused, 1)}})
	if found := regexp.MustCompile(`(?i)<script|https?:|url\(|@import|\son[a-z]+=`).FindString(html); found != "" {
		t.Errorf("it has %q", found)
	}
}

func TestColumnsStandWhereTheirTimeIs(t *testing.T) {
	at := func(minute int) time.Time { return time.Date(2026, 3, 2, 10, minute, 0, 0, time.UTC) }
	html := page(t, &replay.Report{Requests: 16, Timeline: replay.Timeline{Seconds: 60, Moments: []replay.Moment{
		{At: at(0), Requests: 8, Changes: map[replay.Kind]int64{replay.NewlyRefused: 2}}, {At: at(1), Requests: 4}, {At: at(3), Requests: 4},
	}}})
	for _, want := range []string{
		`<rect class="tone-refused" x="0" y="75" width="25" height="25"/>`,
		`<rect class="tone-none" x="0" y="0" width="25" height="75"/>`,
		`<rect class="tone-none" x="75" y="50" width="25" height="50"/>`,
		`a column for each minute. The most newly refused, 2, came from 2026-03-02 10:00:00 on.`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("without %s", want)
		}
	}
}

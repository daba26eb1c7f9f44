package replay_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/replay"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/replaypage"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/traffic"
	"github.com/attrgate/attrgate/middleware/policy"
)

// rules is a policy for one route, with more of its fields.
func rules(t testing.TB, fields string) policy.Policy {
	t.Helper()
	return parse(t, `{"issuers": [{"issuer": "https://idp.example.com", "audiences": ["contact-centre"]}],
		"routes": [{"api": "salesiq-custom-info"`+fields+`}]}`)
}

// model is a request with one attribute, and what the log says became of it.
func model(t testing.TB, value string, logged record) record {
	t.Helper()
	r := update("Bearer "+jwt(t), info(map[string]any{"%visitor.custominfo.Model%": value}))
	r.Time, r.Status, r.Outcome, r.Code = during, logged.Status, logged.Outcome, logged.Code
	return r
}

// kinds are the changes of a report with their counts.
func kinds(r *replay.Report) string {
	var words []string
	for _, c := range r.Changes {
		words = append(words, fmt.Sprint(c.Count, " ", c.Kind))
	}
	return strings.Join(words, ", ")
}

func TestTwoPolicies(t *testing.T) {
	const (
		short    = `, "attributes": [{"name": "Model", "type": "String3"}]`
		colours  = `, "attributes": [{"name": "Model", "values": ["Red"]}]`
		required = `, "attributes": [{"name": "Name", "type": "String5", "required": true}]`
		reported = short + `, "mode": "report"`
		other    = `, "match": "PUT /elsewhere"`
		lower    = `, "keys": {"style": "lower"}`
		scope    = `, "scopes": ["SalesIQ.other.READ"]`
	)
	for name, test := range map[string]struct{ before, after, want string }{
		"the same":                  {short, short, ""},
		"a rule that is new":        {"", short, "1 newly refused"},
		"a rule that is gone":       {short, "", "1 newly admitted"},
		"another rule":              {short, colours, ""},
		"another reason":            {short, scope, "1 refused otherwise"},
		"a rule in report mode":     {"", reported, "1 newly reported"},
		"no longer in report mode":  {reported, short, "1 newly refused"},
		"report mode instead":       {short, reported, "1 newly admitted"},
		"no longer guarded":         {short, other, "1 newly admitted"},
		"not guarded, nor before":   {other, other, ""},
		"another name":              {"", lower, "1 forwarded otherwise"},
		"another name, both report": {reported, lower, ""},
		"a missing attribute":       {"", required, "1 newly refused"},
	} {
		t.Run(name, func(t *testing.T) {
			before := rules(t, test.before)
			r := run(t, replay.Options{Policy: rules(t, test.after), Against: &before}, "log", lines(t, model(t, "long", record{})))
			if got := kinds(r); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestAPolicyAndTheLog(t *testing.T) {
	p := rules(t, `, "attributes": [{"name": "Model", "type": "String3"}]`)
	for name, test := range map[string]struct {
		value  string
		logged record
		want   string
	}{
		"went well, and would":            {"ok", record{Status: 200}, ""},
		"went well, and would not":        {"long", record{Status: 204}, "1 newly refused"},
		"was refused, and would not be":   {"ok", record{Status: 422}, "1 newly admitted"},
		"was refused by the gate":         {"ok", record{Status: 200, Outcome: "refused", Code: "invalid_shape"}, "1 newly admitted"},
		"was refused, and would be":       {"long", record{Status: 422}, ""},
		"was refused with another status": {"long", record{Status: 401}, "1 refused otherwise"},
		"was refused with another code":   {"long", record{Status: 422, Outcome: "refused", Code: "invalid_shape"}, "1 refused otherwise"},
		"was reported, and would not be":  {"long", record{Status: 200, Outcome: "reported", Code: "invalid_attributes"}, "1 newly refused"},
		"the backend did not know it":     {"ok", record{Status: 404}, ""},
		"the backend failed":              {"long", record{Status: 502}, ""},
		"another program's words":         {"long", record{Status: 422, Outcome: "failure", Code: "E42"}, ""},
		"another program's good words":    {"long", record{Status: 200, Outcome: "success", Code: "OK"}, "1 newly refused"},
		"nothing is said":                 {"long", record{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := kinds(run(t, replay.Options{Policy: p}, "log", lines(t, model(t, test.value, test.logged)))); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestABodyThatTheLogDoesNotHoldIsNoReason(t *testing.T) {
	r := model(t, "", record{Status: 200})
	r.Body = nil
	got := run(t, replay.Options{Policy: rules(t, "")}, "log", lines(t, r))
	if got.After.Admitted != 1 || got.Gaps.Body != 1 {
		t.Errorf("%+v, %+v", got.After, got.Gaps)
	}
}

func TestCausesHaveTheirFirstExample(t *testing.T) {
	p := rules(t, `, "attributes": [{"name": "Model", "type": "String3"}]`)
	r := run(t, replay.Options{Policy: p}, "log", lines(t, model(t, "ok", record{Status: 200}), model(t, "long", record{Status: 200}), model(t, "longer", record{Status: 200})))
	c := r.Of(replay.NewlyRefused)
	if c == nil || len(c.Causes) != 1 {
		t.Fatalf("%+v", r.Changes)
	}
	got := c.Causes[0]
	if got.Count != 2 || got.Name != "Model" || got.Rule != "type" || got.Code != "invalid_attributes" || got.Route != "custom-info" {
		t.Errorf("%+v", got)
	}
	if s := got.Sample; !strings.HasSuffix(s.Place, "log:2") || s.Pointer != "/customer_info/%visitor.custominfo.Model%" || s.Got != "4 UTF-16 units" {
		t.Errorf("%+v", s)
	}
	if c.Clients[0].Word != "desk" || c.Subjects[0].Word != "ada" {
		t.Errorf("%+v %+v", c.Clients, c.Subjects)
	}
}

func TestARequestCountsOnceForEachRuleAndName(t *testing.T) {
	p := rules(t, `, "attributes": [{"name": "Model", "type": "String3", "pattern": "[a-z]+"}, {"name": "Other", "type": "String3"}]`)
	r := update("Bearer "+jwt(t), info(map[string]any{"Model": "LONG", "Other": "long"}))
	r.Time = during
	got := run(t, replay.Options{Policy: p}, "log", lines(t, r)).Refused
	for _, row := range slices.Concat(got.Rules, got.Names) {
		if row.Count != 1 {
			t.Errorf("%+v", row)
		}
	}
	if len(got.Rules) != 2 || len(got.Names) != 2 || len(got.Causes) != 3 || got.Count != 1 {
		t.Errorf("%+v", got)
	}
}

func TestNoValueAndNoTokenInAReport(t *testing.T) {
	const secret = "Hush-Hush"
	r := model(t, secret+" 4111 1111 1111 1111", record{Status: 200})
	r.Headers = map[string]string{"Authorization": "Bearer " + jwt(t, "jti", secret), "Content-Type": "application/json", "X-Other": secret}
	r.Path += "?" + secret
	broken := `{"method": "` + secret + "\n" + `{"method": "PUT", "path": "` + secret + `"}` + "\n" + secret + "\n"
	report := run(t, replay.Options{Policy: rules(t, `, "attributes": [{"name": "Model", "type": "String3"}]`)}, "log", lines(t, r, r)+broken)
	text, err := json.Marshal(report)
	must(t, err)
	var page strings.Builder
	must(t, replaypage.Write(&page, report))
	if report.Requests != 2 || report.Unread.Count != 3 || report.Of(replay.NewlyRefused) == nil {
		t.Errorf("%+v", report)
	}
	for _, written := range []string{string(text), page.String()} {
		if strings.Contains(written, secret) || strings.Contains(written, "4111") || strings.Contains(written, "eyJ") {
			t.Error(written)
		}
	}
}

// mixed is a log with requests of many kinds and broken lines.
func mixed(t testing.TB, n int) string {
	t.Helper()
	began := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	var b strings.Builder
	for i := range n {
		r := model(t, strings.Repeat("x", i%7), record{Status: 200})
		r.Subject = fmt.Sprint("caller ", i%5)
		r.Time = began.Add(time.Duration(i*i) * time.Second).Format(time.RFC3339) // the pace slows down
		b.WriteString(lines(t, r))
		if i%11 == 0 {
			b.WriteString("{broken\n\n")
		}
	}
	return b.String()
}

func TestAnyNumberOfWorkersReportsTheSame(t *testing.T) {
	log := mixed(t, 3000)
	before, after := rules(t, ""), rules(t, `, "attributes": [{"name": "Model", "type": "String3"}]`)
	var first *replay.Report
	for _, workers := range []int{1, 2, 7} {
		r := run(t, replay.Options{Policy: after, Against: &before, Workers: workers}, "log", log)
		for i := range r.Unread.First { // the folder is another one
			r.Unread.First[i].Place = r.Unread.First[i].Place[strings.LastIndex(r.Unread.First[i].Place, "/"):]
		}
		for _, b := range append([]replay.Change{{Breakdown: r.Refused}}, r.Changes...) {
			for i := range b.Causes {
				b.Causes[i].Sample.Place = b.Causes[i].Sample.Place[strings.LastIndex(b.Causes[i].Sample.Place, "/"):]
			}
		}
		if first == nil {
			first = r
		}
		if !reflect.DeepEqual(first, r) {
			t.Errorf("%d workers:\n%+v\n%+v", workers, r, first)
		}
	}
	if first.Requests != 3000 || first.Unread.Count != 273 {
		t.Errorf("%+v", first)
	}
}

// TestListsStayShortAndKeepWhatIsFrequent has more subjects than a list counts at a time.
func TestListsStayShortAndKeepWhatIsFrequent(t *testing.T) {
	p := rules(t, `, "scopes": ["SalesIQ.other.READ"]`)
	var b strings.Builder
	for i := range 2 * replay.MaxTop {
		rare := model(t, "x", record{Status: 200})
		rare.Headers = map[string]string{"Authorization": "Bearer " + jwt(t, "sub", fmt.Sprint("rare-", i), "client_id", fmt.Sprint(i))}
		b.WriteString(lines(t, model(t, "x", record{Status: 200}), rare))
	}
	r := run(t, replay.Options{Policy: p, Workers: 2, Top: replay.MaxTop}, "log", b.String())
	if len(r.Refused.Subjects) > replay.MaxTop {
		t.Errorf("%d subjects", len(r.Refused.Subjects))
	}
	first := r.Refused.Subjects[0]
	if first.Word != "ada" || first.Count < 2*replay.MaxTop || first.Count-first.Over > 2*replay.MaxTop {
		t.Errorf("%+v", first)
	}
	if last := r.Refused.Subjects[len(r.Refused.Subjects)-1]; last.Over == 0 {
		t.Errorf("%+v", last)
	}
}

func TestItEndsWhenTheContextDoes(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	sources, err := traffic.Find([]string{"-"}, strings.NewReader(mixed(t, 10)))
	must(t, err)
	if _, err := replay.New(replay.Options{Policy: rules(t, "")}).Run(ctx, sources); err == nil {
		t.Error("no error")
	}
}

func TestTheTimelineStaysShort(t *testing.T) {
	var b strings.Builder
	times := []string{"1970-01-02T00:00:00Z", "9999-12-31T23:59:59Z"}
	for i := range 500 {
		times = append(times, fmt.Sprintf("2026-03-%02dT%02d:00:00Z", 1+i/24, i%24))
	}
	for _, at := range times {
		r := model(t, "long", record{Status: 200})
		r.Time = at
		b.WriteString(lines(t, r))
	}
	r := run(t, replay.Options{Policy: rules(t, `, "scopes": ["SalesIQ.other.READ"]`), Workers: 3}, "log", b.String())
	sum := int64(0)
	for i, m := range r.Timeline.Moments {
		sum += m.Requests
		if m.Changes[replay.NewlyRefused] != m.Requests || (i > 0 && !m.At.After(r.Timeline.Moments[i-1].At)) {
			t.Errorf("%+v", m)
		}
	}
	if len(r.Timeline.Moments) > 100 || len(r.Timeline.Moments) < 20 || sum != int64(len(times)) {
		t.Errorf("%d moments of %d s with %d requests", len(r.Timeline.Moments), r.Timeline.Seconds, sum)
	}
}

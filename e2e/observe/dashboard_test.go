package observe

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// dashboard is the part of Grafana's model that the tests look at.
type dashboard struct {
	UID           string
	Title         string
	SchemaVersion int
	Templating    struct{ List []variable }
	Panels        []panel
}

type variable struct {
	Name, Type string
	Definition string
}

type panel struct {
	ID                       int
	Type, Title, Description string
	Datasource               source
	GridPos                  struct{ H, W, X, Y int }
	FieldConfig              struct{ Defaults struct{ Unit string } }
	Targets                  []query
}

type query struct {
	RefID      string
	Expr       string
	Datasource source
	Exemplar   bool
}

type source struct{ Type, UID string }

func readDashboard(t *testing.T) dashboard {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "deploy", "grafana", "attrgate.json"))
	must(t, err)
	var d dashboard
	must(t, json.Unmarshal(text, &d))
	return d
}

// quiet says of metrics why they may have nothing to show under the load of this test.
var quiet = map[string]string{
	"attrgate_redis_up":           "there only with redis",
	"attrgate_rate_limited_total": "there only once a limit was met",
}

var metric = regexp.MustCompile(`\b(?:attrgate|process|go)_[a-z_]+`)

func mayBeEmpty(expr string) bool {
	return slices.ContainsFunc(metric.FindAllString(expr, -1), func(name string) bool { return quiet[name] != "" })
}

func TestTheDashboardIsWhole(t *testing.T) {
	d := readDashboard(t)
	if d.UID == "" || d.Title == "" || d.SchemaVersion < 36 {
		t.Errorf("uid %q, title %q, schema %d", d.UID, d.Title, d.SchemaVersion)
	}
	if !slices.ContainsFunc(d.Templating.List, func(v variable) bool { return v.Name == "datasource" && v.Type == "datasource" }) {
		t.Error("there is no variable for the data source")
	}
	taken, ids := map[[2]int]string{}, map[int]bool{}
	for _, p := range d.Panels {
		if ids[p.ID] {
			t.Errorf("%s: its id is another's", p.Title)
		}
		ids[p.ID] = true
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other := taken[[2]int{x, y}]; other != "" || x >= 24 {
					t.Fatalf("%s lies over %q, or out of the page", p.Title, other)
				}
				taken[[2]int{x, y}] = p.Title
			}
		}
		checkPanel(t, p)
	}
}

func checkPanel(t *testing.T, p panel) {
	t.Helper()
	if p.Type == "row" {
		return
	}
	if p.Title == "" || p.Description == "" || p.FieldConfig.Defaults.Unit == "" || len(p.Targets) == 0 {
		t.Errorf("%q lacks a title, a description, a unit or a query", p.Title)
	}
	want := source{"prometheus", "${datasource}"}
	for _, q := range p.Targets {
		if q.Datasource != want || p.Datasource != want || q.RefID == "" {
			t.Errorf("%s: query %q goes to %v", p.Title, q.RefID, q.Datasource)
		}
	}
}

// TestTheDashboardAndTheAlertsUseMetricsThatExist compares with the table in the docs, which
// is compared with the metrics themselves elsewhere.
func TestTheDashboardAndTheAlertsUseMetricsThatExist(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, "docs", "gateway.md"))
	must(t, err)
	alerts, err := os.ReadFile(filepath.Join(root, "deploy", "prometheus", "alerts.yaml"))
	must(t, err)
	exprs := string(alerts)
	for _, p := range readDashboard(t).Panels {
		for _, q := range p.Targets {
			exprs += "\n" + q.Expr
		}
	}
	exprs = regexp.MustCompile(`\bjob:\w+:\w+`).ReplaceAllString(exprs, "") // recorded by the rules themselves
	for _, name := range regexp.MustCompile(`\battrgate_[a-z_]+`).FindAllString(exprs, -1) {
		documented := strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_count")
		if !strings.Contains(string(page), "| `"+documented+"`") {
			t.Errorf("docs/gateway.md does not know %s", name)
		}
	}
}

// answer is one of Prometheus' API.
type answer struct {
	Status, Error string
	Data          json.RawMessage
}

func (s stage) ask(t *testing.T, path string, values url.Values) json.RawMessage {
	t.Helper()
	reply, err := http.Get(s.prometheus + path + "?" + values.Encode())
	must(t, err)
	defer reply.Body.Close()
	var a answer
	must(t, json.NewDecoder(reply.Body).Decode(&a))
	if a.Status != "success" {
		t.Fatalf("%v: %s", values, a.Error)
	}
	return a.Data
}

// results are how many series an expression has now.
func (s stage) results(t *testing.T, expr string) int {
	t.Helper()
	var data struct {
		Result []struct{ Value [2]any }
	}
	must(t, json.Unmarshal(s.ask(t, "/api/v1/query", url.Values{"query": {expr}}), &data))
	n := 0
	for _, r := range data.Result {
		if r.Value[1] != "NaN" {
			n++
		}
	}
	return n
}

// filled puts values into the variables of a query, as Grafana does.
func filled(expr string) string {
	return strings.NewReplacer("$__rate_interval", "1m", "$instance", ".*", "$route", ".*").Replace(expr)
}

func TestEveryQueryOfTheDashboardHasData(t *testing.T) {
	s := newStage(t)
	s.load(t)
	late := time.Now().Add(startLimit)
	for _, p := range readDashboard(t).Panels {
		for _, q := range p.Targets {
			expr := filled(q.Expr)
			for s.results(t, expr) == 0 && !mayBeEmpty(expr) {
				if time.Now().After(late) {
					t.Errorf("%s: nothing for %s", p.Title, expr)
					break
				}
				time.Sleep(poll)
			}
			if q.Exemplar {
				s.wantExemplars(t, expr, late)
			}
		}
	}
	for _, v := range readDashboard(t).Templating.List {
		if parts := regexp.MustCompile(`^label_values\((\w+), (\w+)\)$`).FindStringSubmatch(v.Definition); parts != nil {
			if expr := fmt.Sprintf("count by (%s) (%s)", parts[2], parts[1]); s.results(t, expr) == 0 {
				t.Errorf("the variable %s has no values", v.Name)
			}
		}
	}
	s.wantRules(t)
}

// wantExemplars looks for a trace that a panel's durations lead to.
func (s stage) wantExemplars(t *testing.T, expr string, late time.Time) {
	t.Helper()
	for {
		now := time.Now()
		data := s.ask(t, "/api/v1/query_exemplars", url.Values{"query": {expr},
			"start": {now.Add(-time.Hour).Format(time.RFC3339)}, "end": {now.Format(time.RFC3339)}})
		if strings.Contains(string(data), `"trace_id":"`) {
			return
		}
		if now.After(late) {
			t.Errorf("no exemplars for %s: %s", expr, data)
			return
		}
		time.Sleep(poll)
	}
}

// wantRules checks that Prometheus has taken the alert rules and could evaluate all of them.
func (s stage) wantRules(t *testing.T) {
	t.Helper()
	var data struct {
		Groups []struct {
			Rules []struct{ Name, Health, LastError string }
		}
	}
	must(t, json.Unmarshal(s.ask(t, "/api/v1/rules", nil), &data))
	n := 0
	for _, group := range data.Groups {
		for _, rule := range group.Rules {
			if n++; rule.Health != "ok" {
				t.Errorf("%s is %s: %s", rule.Name, rule.Health, rule.LastError)
			}
		}
	}
	if n == 0 {
		t.Error("no rules")
	}
}

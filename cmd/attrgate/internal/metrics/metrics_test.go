package metrics_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/exchange"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/metrics"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/upstream"
	"github.com/attrgate/attrgate/middleware"
)

// scrape reads the metrics as Prometheus does.
func scrape(t *testing.T, m *metrics.Metrics) map[string]*dto.MetricFamily {
	t.Helper()
	answer := httptest.NewRecorder()
	m.Handler().ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return families
}

// sample is the only one of a family with exactly these labels, as name=value in order.
func sample(t *testing.T, families map[string]*dto.MetricFamily, name, labels string) *dto.Metric {
	t.Helper()
	for _, m := range families[name].GetMetric() {
		var found []string
		for _, l := range m.GetLabel() {
			found = append(found, l.GetName()+"="+l.GetValue())
		}
		if strings.Join(found, " ") == labels {
			return m
		}
	}
	t.Fatalf("no %s{%s} in %v", name, labels, families[name])
	return nil
}

func TestDecisionsAreCountedByRouteOutcomeAndCode(t *testing.T) {
	m := metrics.New("v1")
	refused := middleware.Decision{Outcome: middleware.Refused, Route: "r", Duration: 2 * time.Millisecond,
		Subject: "somebody", Refusal: &middleware.Refusal{Status: 401, Code: middleware.InvalidToken}}
	for _, d := range []middleware.Decision{refused, refused, {Outcome: middleware.Passed}, {}} {
		m.Began()
		m.Ended(&exchange.Exchange{Decision: d})
	}
	m.Began()
	families := scrape(t, m)
	if got := sample(t, families, "attrgate_decisions_total", "code=invalid_token outcome=refused route=r").GetCounter().GetValue(); got != 2 {
		t.Errorf("%v refused", got)
	}
	if got := sample(t, families, "attrgate_decisions_total", "code= outcome=passed route=").GetCounter().GetValue(); got != 1 {
		t.Errorf("%v passed", got)
	}
	gate := sample(t, families, "attrgate_gate_duration_seconds", "outcome=refused route=r").GetHistogram()
	if gate.GetSampleCount() != 2 || gate.GetSampleSum() != 0.004 {
		t.Errorf("gate %v", gate)
	}
	if got := sample(t, families, "attrgate_requests_in_flight", "").GetGauge().GetValue(); got != 1 {
		t.Errorf("%v in flight", got)
	}
	if n := len(families["attrgate_decisions_total"].GetMetric()); n != 2 {
		t.Errorf("%d kinds of decisions, the one that was none included", n)
	}
}

func TestTheUpstreamIsMeasuredByClassOfStatus(t *testing.T) {
	m := metrics.New("v1")
	next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		if r.URL.Path == "/503" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_, _ = w.Write(nil)
	})
	handler := &exchange.Handler{Next: m.Upstream(next), Began: m.Began, Ended: m.Ended}
	for _, path := range []string{"/", "/503", "/503"} {
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
	}
	families := scrape(t, m)
	for labels, want := range map[string]uint64{"route= status=2xx": 1, "route= status=5xx": 2} {
		if got := sample(t, families, "attrgate_upstream_duration_seconds", labels).GetHistogram().GetSampleCount(); got != want {
			t.Errorf("%s: %d", labels, got)
		}
	}
}

func TestReloadsAreCountedByResult(t *testing.T) {
	m := metrics.New("v1")
	m.Started(time.Unix(50, 0))
	m.Reloaded(time.Unix(100, 5e8), nil)
	m.Reloaded(time.Unix(200, 0), http.ErrNoLocation)
	m.Reloaded(time.Unix(300, 0), http.ErrNoLocation)
	families := scrape(t, m)
	for labels, want := range map[string]float64{"result=success": 1, "result=failure": 2} {
		if got := sample(t, families, "attrgate_policy_reloads_total", labels).GetCounter().GetValue(); got != want {
			t.Errorf("%s: %v", labels, got)
		}
	}
	if got := sample(t, families, "attrgate_policy_last_success_timestamp_seconds", "").GetGauge().GetValue(); got != 100.5 {
		t.Errorf("last success at %v", got)
	}
}

func TestOurMetricsBearOurNameAndAreDocumented(t *testing.T) {
	m := metrics.New("v1")
	handler := &exchange.Handler{Next: m.Upstream(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		exchange.Decided(r, middleware.Decision{Outcome: middleware.Passed})
		w.WriteHeader(http.StatusNoContent)
	})), Began: m.Began, Ended: m.Ended}
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	upstreams := metrics.NewUpstreams(m, func() []upstream.AddressState { return []upstream.AddressState{{Upstream: "u", Address: "a"}} })
	upstreams.Retried("u", "connect")
	upstreams.Ejected("u", "a")
	m.Protection.Limited("subject", "r")
	m.Redis()
	page, err := os.ReadFile("../../../../docs/gateway.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented, found []string
	for _, row := range regexp.MustCompile("(?m)^\\| `(attrgate_\\w+)`").FindAllStringSubmatch(string(page), -1) {
		documented = append(documented, row[1])
	}
	for name, family := range scrape(t, m) {
		if strings.HasPrefix(name, "attrgate_") {
			found = append(found, name)
		} else if !strings.HasPrefix(name, "go_") && !strings.HasPrefix(name, "process_") {
			t.Errorf("%s", name)
		}
		if family.GetHelp() == "" {
			t.Errorf("%s has no help", name)
		}
	}
	slices.Sort(documented)
	slices.Sort(found)
	if !slices.Equal(documented, found) {
		t.Errorf("documented %q, found %q", documented, found)
	}
}

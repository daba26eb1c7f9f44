package metrics_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"go.opentelemetry.io/otel/trace"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/audit"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/exchange"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/metrics"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/upstream"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
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

func TestTokensAndAttributesAreCounted(t *testing.T) {
	m := metrics.New("v1")
	refusal := func(code middleware.Code, violations ...policy.Violation) *middleware.Refusal {
		return &middleware.Refusal{Code: code, Violations: violations}
	}
	for _, d := range []middleware.Decision{
		{Outcome: middleware.Admitted, Route: "r", TokenKind: "jwt", Names: []string{"a", "b"}, Renamed: 1, Dropped: 2},
		{Outcome: middleware.Admitted, Route: "r", TokenKind: "jwt", TokenRemembered: true, Names: []string{"a"}, Rewritten: 1},
		{Outcome: middleware.Admitted, Route: "r", TokenKind: "introspected"},
		{Outcome: middleware.Admitted, Route: "r", TokenKind: "static"},
		{Outcome: middleware.Refused, Route: "r", Refusal: refusal(middleware.InvalidToken)},
		{Outcome: middleware.Refused, Route: "r", Refusal: refusal(middleware.VerifierUnavailable)},
		{Outcome: middleware.Refused, Route: "r", TokenKind: "jwt", Refusal: refusal(middleware.InvalidProof)},
		{Outcome: middleware.Refused, Route: "r", TokenKind: "static", Refusal: refusal(middleware.InvalidAttributes,
			policy.Violation{Rule: "type"}, policy.Violation{Rule: "type"}, policy.Violation{Rule: "invented"})},
		{Outcome: middleware.Refused, Route: "r", Refusal: refusal(middleware.TokenMissing)},
	} {
		m.Began()
		m.Ended(&exchange.Exchange{Decision: d})
	}
	families := scrape(t, m)
	for _, c := range []struct {
		name, labels string
		want         float64
	}{
		{"token_verifications_total", "kind=jwt result=verified source=verified", 1},
		{"token_verifications_total", "kind=jwt result=verified source=remembered", 1},
		{"token_verifications_total", "kind=introspected result=verified source=asked", 1},
		{"token_verifications_total", "kind=static result=verified source=verified", 2},
		{"token_verifications_total", "kind= result=refused source=", 1},
		{"token_verifications_total", "kind= result=unavailable source=", 1},
		{"token_verifications_total", "kind=jwt result=refused source=verified", 1},
		{"attributes_total", "route=r", 5},
		{"attribute_changes_total", "change=renamed route=r", 1},
		{"attribute_changes_total", "change=rewritten route=r", 1},
		{"attribute_changes_total", "change=dropped route=r", 2},
		{"violations_total", "route=r rule=type", 2},
		{"violations_total", "route=r rule=other", 1},
	} {
		if got := sample(t, families, "attrgate_"+c.name, c.labels).GetCounter().GetValue(); got != c.want {
			t.Errorf("%s{%s}: %v, want %v", c.name, c.labels, got, c.want)
		}
	}
	if n := len(families["attrgate_token_verifications_total"].GetMetric()); n != 7 {
		t.Errorf("%d kinds of verifications", n)
	}
}

// TestTheRulesAreThoseOfTheGate finds the rules in the sources of the package that
// checks bodies, where each stands in quotes.
func TestTheRulesAreThoseOfTheGate(t *testing.T) {
	sources, err := filepath.Glob("../../../../middleware/internal/attribute/*.go")
	if err != nil || len(sources) == 0 {
		t.Fatal(err, len(sources))
	}
	rule := regexp.MustCompile(`(?:Rule: |violation\(a, [^"]*(?:"[^"]*" ?\+ ?[^"]*|"", )?)"([a-zA-Z.]+)"`)
	found := map[string]bool{}
	for _, source := range sources {
		text, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range rule.FindAllStringSubmatch(string(text), -1) {
			found[match[1]] = !strings.HasSuffix(source, "_test.go") || found[match[1]]
		}
	}
	m := metrics.New("v1")
	for name := range found {
		m.Began()
		m.Ended(&exchange.Exchange{Decision: middleware.Decision{Outcome: middleware.Refused, Route: "r", Refusal: &middleware.Refusal{
			Violations: []policy.Violation{{Rule: name}}}}})
	}
	families := scrape(t, m)
	for name := range found {
		sample(t, families, "attrgate_violations_total", "route=r rule="+name)
	}
	if len(found) < 16 {
		t.Errorf("only these rules were found: %v", found)
	}
}

func TestTheStateIsMeasuredWhenAskedFor(t *testing.T) {
	m := metrics.New("v1")
	state := metrics.State{Policy: "sha256:1", Audit: audit.Counts{Failures: 3, Lost: 1, Pending: 2}, Unsent: map[string]uint64{"traces": 4}, Tokens: token.State{Verified: 3, Refused: 2,
		KeySets: []token.KeySetState{
			{Issuer: "https://a", Fetched: time.Now().Add(-time.Minute)}, {Issuer: "https://b", Failing: true}},
		Endpoints: []token.EndpointState{
			{URL: "https://i/x?key=secret", Breaker: "open"}, {URL: "https://i/x?key=other", Breaker: "closed"}},
	}}
	m.Watch(func(time.Time) metrics.State { return state })
	state.Policy = "sha256:2"
	families := scrape(t, m)
	for _, c := range []struct {
		name, labels string
		want         float64
	}{
		{"policy_info", "digest=sha256:2", 1},
		{"audit_failures_total", "", 3},
		{"audit_lost_total", "", 1},
		{"audit_pending_lines", "", 2},
		{"telemetry_failures_total", "signal=traces", 4},
		{"token_cache_entries", "cache=verified", 3},
		{"token_cache_entries", "cache=refused", 2},
		{"jwks_failing", "issuer=https://a", 0},
		{"jwks_failing", "issuer=https://b", 1},
		{"introspection_breaker", "endpoint=https://i/x?hidden state=open", 1},
		{"introspection_breaker", "endpoint=https://i/x?hidden state=closed", 0},
		{"introspection_breaker", "endpoint=https://i/x?hidden state=half-open", 0},
	} {
		found := sample(t, families, "attrgate_"+c.name, c.labels)
		if got := found.GetGauge().GetValue() + found.GetCounter().GetValue(); got != c.want {
			t.Errorf("%s{%s}: %v, want %v", c.name, c.labels, got, c.want)
		}
	}
	ages := families["attrgate_jwks_age_seconds"].GetMetric()
	if len(ages) != 1 || ages[0].GetGauge().GetValue() < 60 {
		t.Errorf("ages %v", ages)
	}
}

// TestDurationsLeadToTraces asks in the form that has exemplars.
func TestDurationsLeadToTraces(t *testing.T) {
	m := metrics.New("v1")
	in := trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled}
	m.Began()
	m.Ended(&exchange.Exchange{Trace: trace.NewSpanContext(in), Decision: middleware.Decision{Outcome: middleware.Passed}})
	in.TraceID, in.TraceFlags = trace.TraceID{9}, 0
	m.Began()
	m.Ended(&exchange.Exchange{Trace: trace.NewSpanContext(in), Decision: middleware.Decision{Outcome: middleware.Passed}})
	answer, request := httptest.NewRecorder(), httptest.NewRequest("GET", "/metrics", nil)
	request.Header.Set("Accept", "application/openmetrics-text; version=1.0.0")
	m.Handler().ServeHTTP(answer, request)
	exemplars := regexp.MustCompile(`attrgate_gate_duration_seconds_bucket\{.*# \{trace_id="(\w+)"\}`).FindAllStringSubmatch(answer.Body.String(), -1)
	if len(exemplars) != 1 || exemplars[0][1] != "01000000000000000000000000000000" {
		t.Errorf("exemplars %q", exemplars)
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
	m.Watch(func(time.Time) metrics.State {
		return metrics.State{Unsent: map[string]uint64{"traces": 0}, Tokens: token.State{KeySets: []token.KeySetState{{Fetched: time.Now()}}, Endpoints: []token.EndpointState{{}}}}
	})
	handler := &exchange.Handler{Next: m.Upstream(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		exchange.Decided("")(r, middleware.Decision{Outcome: middleware.Refused, Route: "r", Renamed: 1, TokenKind: "jwt",
			Refusal: &middleware.Refusal{Violations: []policy.Violation{{Rule: "type"}}}})
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

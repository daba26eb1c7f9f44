package cli_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// launchServe runs "attrgate serve" with an admin address and returns its URLs.
func launchServe(t *testing.T, args ...string) (l *launched, gateway, admin string) {
	t.Helper()
	l = launch(t, append([]string{"serve", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"}, args...)...)
	address := regexp.MustCompile(`https?://127\.0\.0\.1:\d+`)
	return launchedURLs(t, l, address)
}

func launchedURLs(t *testing.T, l *launched, address *regexp.Regexp) (*launched, string, string) {
	t.Helper()
	first, second := l.line(t), l.line(t)
	if !strings.Contains(first, "admin listens") || !strings.Contains(second, "gateway listens") {
		t.Fatalf("printed %q and %q", first, second)
	}
	return l, address.FindString(second), address.FindString(first)
}

func page(t *testing.T, url string) (int, string) {
	t.Helper()
	request, _ := http.NewRequest("GET", url, nil)
	return fetch(t, request)
}

func quiet(t *testing.T) string {
	t.Helper()
	backend := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(backend.Close)
	return backend.URL
}

func TestServeTellsOperatorsWhatItDoes(t *testing.T) {
	policy := policyFile(t, "p.yaml", staticPolicy())
	l, gateway, admin := launchServe(t, "--policy", policy, "--upstream", quiet(t))
	update(t, l, gateway)
	rewrite(t, policy, "issuers: 7\n")
	l.said(t, "the policy in force stays\n")
	digest := regexp.MustCompile(`sha256:[0-9a-f]{64}`).FindString(second(page(t, admin+"/policy")))
	for _, path := range []string{"/decisions", "/metrics"} {
		if _, body := eventually(t, admin+path, digest); digest == "" || !strings.Contains(body, digest) {
			t.Errorf("%s does not name the policy %s: %s", path, digest, body)
		}
	}
	for path, want := range map[string]string{
		"/healthz": "ok", "/readyz": `{"ready":true}`, "/policy": `"sha256":"hidden"`, "/decisions": `"outcome":"admitted"`,
	} {
		if status, body := eventually(t, admin+path, want); status != 200 || !strings.Contains(body, want) || strings.Contains(body, "open-sesame") {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	_, text := page(t, admin+"/metrics")
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil || families["attrgate_decisions_total"] == nil || families["attrgate_upstream_duration_seconds"] == nil {
		t.Errorf("%v in %s", err, text)
	}
	if !strings.Contains(text, `attrgate_policy_reloads_total{result="failure"} 1`) {
		t.Errorf("the reload is missing in %s", text)
	}
	for _, path := range []string{"/healthz", "/metrics", "/policy", "/decisions"} {
		if status, body := page(t, gateway+path); status != 200 || body != "" {
			t.Errorf("the gateway answers %s itself: %d %s", path, status, body)
		}
	}
	l.cancel()
	if code := <-l.code; code != 0 {
		t.Errorf("code %d", code)
	}
	deaf(t, admin)
}

func second(_ int, text string) string { return text }

// eventually asks until an answer holds a text: a decision is known to operators just after
// the client has its answer.
func eventually(t *testing.T, url, text string) (status int, body string) {
	t.Helper()
	for late := time.Now().Add(10 * time.Second); time.Now().Before(late); time.Sleep(10 * time.Millisecond) {
		if status, body = page(t, url); strings.Contains(body, text) {
			break
		}
	}
	return status, body
}

func TestServeLogsJSON(t *testing.T) {
	l, gateway, _ := launchServe(t, "--policy", policyFile(t, "p.yaml", staticPolicy()), "--upstream", quiet(t), "--log", "json")
	request, _ := http.NewRequest("PUT", gateway+"/api/v2/z/conversations/1", strings.NewReader(`{"customer_info":{"email":"own-value"}}`))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer open-sesame")
	request.Header.Set("X-Request-Id", "id-7")
	_, _ = fetch(t, request)
	line := l.line(t)
	var got struct {
		RequestID, Outcome, Route, Code, Subject string
		Status                                   int
		Time                                     time.Time
		Violations                               []struct{ Name, Rule string }
	}
	if err := json.Unmarshal([]byte(line), &got); err != nil {
		t.Fatal(err)
	}
	if got.RequestID != "id-7" || got.Outcome != "refused" || got.Route != "custom-info" || got.Code != "invalid_attributes" ||
		got.Subject != "crm sync" || got.Status != 422 || got.Time.IsZero() || len(got.Violations) != 1 || got.Violations[0].Rule != "keys.reserved" {
		t.Errorf("logged %s", line)
	}
	if strings.Contains(line, "own-value") || strings.Contains(line, "sesame") {
		t.Errorf("logged %s", line)
	}
	l.stop(t)
}

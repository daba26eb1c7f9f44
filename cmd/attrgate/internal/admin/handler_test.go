package admin_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/admin"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/audit"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/redact"
)

// get asks a running admin server.
func get(t *testing.T, state admin.State, path string) (status int, kind, body string) {
	t.Helper()
	state.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "metrics") })
	server := httptest.NewServer(admin.NewHandler(state))
	defer server.Close()
	reply, err := http.Get(server.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	all, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply.StatusCode, reply.Header.Get("Content-Type"), string(all)
}

func TestHealthAndReadiness(t *testing.T) {
	fine := func() []string { return nil }
	ready := admin.State{Unready: []func() []string{fine, fine}}
	draining := admin.State{Unready: []func() []string{func() []string { return []string{"draining"} }, fine,
		func() []string { return []string{"upstream a: refused"} }}}
	degraded := admin.State{Unready: ready.Unready, Degraded: []func() []string{fine, func() []string { return []string{"redis is away"} }}}
	for _, c := range []struct {
		state  admin.State
		path   string
		status int
		body   string
	}{
		{ready, "/healthz", 200, "ok\n"},
		{draining, "/healthz", 200, "ok\n"},
		{ready, "/readyz", 200, `{"ready":true}` + "\n"},
		{draining, "/readyz", 503, `{"ready":false,"reasons":["draining","upstream a: refused"]}` + "\n"},
		{degraded, "/readyz", 200, `{"ready":true,"degraded":["redis is away"]}` + "\n"},
		{ready, "/metrics", 200, "metrics"},
		{ready, "/nothing", 404, "404 page not found\n"},
		{ready, "/debug/pprof/", 404, "404 page not found\n"},
	} {
		if status, _, body := get(t, c.state, c.path); status != c.status || body != c.body {
			t.Errorf("%s: %d %q", c.path, status, body)
		}
	}
}

func TestTheListNamesWhatIsThere(t *testing.T) {
	done := func() admin.Reload { return admin.Reload{Result: admin.Success} }
	handler := admin.NewHandler(admin.State{
		Decisions: &audit.Recent{}, Metrics: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}),
		Policy: func() redact.Shown { return redact.Shown{} }, Reload: done, LastReload: done,
	})
	ask := func(method, path string) *httptest.ResponseRecorder {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(method, path, nil))
		return answer
	}
	lines := strings.Split(strings.TrimSpace(ask("GET", "/").Body.String()), "\n")
	for _, line := range lines {
		if words := strings.Fields(line); ask(words[0], words[1]).Code != 200 {
			t.Errorf("not there: %s", line)
		}
	}
	if len(lines) != 7 {
		t.Errorf("%d lines", len(lines))
	}
}

func TestDecisionsAreLinesOfJSON(t *testing.T) {
	var recent audit.Recent
	_, _ = recent.Write([]byte("{\"a\":1}\n"))
	_, _ = recent.Write([]byte("{\"a\":2}\n"))
	if status, kind, body := get(t, admin.State{Decisions: &recent}, "/decisions"); status != 200 || kind != "application/jsonl" || body != "{\"a\":1}\n{\"a\":2}\n" {
		t.Errorf("%d %s %q", status, kind, body)
	}
}

func TestThePolicyIsShownWithItsDigest(t *testing.T) {
	shown := redact.Shown{Digest: "sha256:1", Policy: map[string]string{"lookalikes": "refuse"}}
	status, kind, body := get(t, admin.State{Policy: func() redact.Shown { return shown }}, "/policy")
	if status != 200 || kind != "application/json" || body != `{"digest":"sha256:1","policy":{"lookalikes":"refuse"}}`+"\n" {
		t.Errorf("%d %s %s", status, kind, body)
	}
}

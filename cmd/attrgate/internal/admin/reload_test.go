package admin_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/admin"
)

func cut(header string) (name, value string, ok bool) { return strings.Cut(header, ": ") }

func TestAReloadSaysWhatBecameOfIt(t *testing.T) {
	at := time.Date(2025, 3, 4, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		method string
		done   admin.Reload
		status int
		body   string
	}{
		{"POST", admin.Reload{Time: at, Result: "success", Digest: "sha256:1", Restart: []string{"gateway.listen"}}, 200,
			`{"time":"2025-03-04T12:00:00Z","result":"success","digest":"sha256:1","restart":["gateway.listen"]}`},
		{"POST", admin.Reload{Time: at, Result: "failure", Digest: "sha256:1", Problems: []admin.Problem{{File: "p.yaml", Line: 2, Column: 3, Path: "issuers", Message: "wrong"}}}, 422,
			`{"time":"2025-03-04T12:00:00Z","result":"failure","digest":"sha256:1","problems":[{"file":"p.yaml","line":2,"column":3,"path":"issuers","message":"wrong"}]}`},
		{"GET", admin.Reload{Time: at, Result: "failure"}, 200, `{"time":"2025-03-04T12:00:00Z","result":"failure"}`},
		{"GET", admin.Reload{}, 200, `{}`},
		{"DELETE", admin.Reload{}, 405, `Method Not Allowed`},
	} {
		done := func() admin.Reload { return c.done }
		state := admin.State{Metrics: http.NotFoundHandler(), Reload: done, LastReload: done}
		answer := httptest.NewRecorder()
		admin.NewHandler(state).ServeHTTP(answer, httptest.NewRequest(c.method, "/reload", nil))
		if body := strings.TrimSpace(answer.Body.String()); answer.Code != c.status || body != c.body {
			t.Errorf("%s: %d %s", c.method, answer.Code, body)
		}
	}
}

func TestProfilesAreServedWhenAskedFor(t *testing.T) {
	for asked, want := range map[bool]int{true: 200, false: 404} {
		if status, _, _ := get(t, admin.State{Pprof: asked}, "/debug/pprof/goroutine?debug=1"); status != want {
			t.Errorf("asked for %v: %d", asked, status)
		}
	}
}

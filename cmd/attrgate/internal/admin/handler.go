// Package admin answers those who operate a gateway: whether it lives and is ready, what it
// counts, what it decided and by which policy; and it reloads the policy when it is asked
// to. It belongs on an address of its own.
package admin

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/pprof"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/audit"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/redact"
)

// State is what a gateway tells about itself. All of it is asked for anew at each request.
type State struct {
	// Unready are functions that return why no more requests should be sent; nothing from
	// all of them: they should.
	Unready []func() []string

	// Degraded are functions that return what is not as it should be, though requests are
	// served.
	Degraded []func() []string

	// Metrics answers for /metrics.
	Metrics http.Handler

	// Policy returns what may be shown of the policy in force.
	Policy func() redact.Shown

	// Decisions are the recent ones, one JSON object a line.
	Decisions *audit.Recent

	// Reload reads the policy anew, and LastReload returns what became of the last time.
	Reload, LastReload func() Reload

	// Pprof serves Go's profiles too.
	Pprof bool
}

// NewHandler returns a handler for a list of what there is, for /healthz, /readyz, /metrics,
// /policy, /decisions, /reload and, if it is asked for, /debug/pprof/. It answers no web pages
// of others.
func NewHandler(s State) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", index)
	mux.HandleFunc("GET /healthz", s.health)
	mux.HandleFunc("GET /readyz", s.readiness)
	mux.Handle("GET /metrics", s.Metrics)
	mux.HandleFunc("GET /policy", s.policy)
	mux.HandleFunc("GET /decisions", s.decisions)
	mux.HandleFunc("GET /reload", s.lastReload)
	mux.HandleFunc("POST /reload", s.reload)
	if s.Pprof {
		mux.HandleFunc("GET /debug/pprof/", pprof.Index)
		mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
		mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
		mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	}
	return withoutPages(mux)
}

func index(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, `GET  /healthz           whether the process serves
GET  /readyz            whether it takes requests, and why not
GET  /metrics           for Prometheus
GET  /policy            the policy in force, without secrets
GET  /decisions         the last decisions; ?follow: and those that come
GET  /reload            what became of the last reload
POST /reload            read the file anew
`)
}

func (s State) health(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "ok\n")
}

type readiness struct {
	Ready   bool     `json:"ready"`
	Reasons []string `json:"reasons,omitempty"`

	// Degraded is what is not as it should be.
	Degraded []string `json:"degraded,omitempty"`
}

func (s State) readiness(w http.ResponseWriter, _ *http.Request) {
	reasons := all(s.Unready)
	status := http.StatusOK
	if len(reasons) > 0 {
		status = http.StatusServiceUnavailable
	}
	write(w, status, readiness{Ready: len(reasons) == 0, Reasons: reasons, Degraded: all(s.Degraded)})
}

func all(tell []func() []string) []string {
	var told []string
	for _, f := range tell {
		told = append(told, f()...)
	}
	return told
}

func (s State) policy(w http.ResponseWriter, _ *http.Request) {
	write(w, http.StatusOK, s.Policy())
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

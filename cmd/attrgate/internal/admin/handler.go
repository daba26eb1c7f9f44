// Package admin answers those who operate a gateway: whether it lives and is ready, what it
// counts, what it decided and by which policy. It belongs on an address of its own.
package admin

import (
	"encoding/json"
	"io"
	"net/http"

	"github.com/attrgate/attrgate/middleware/policy"
)

// State is what a gateway tells about itself. All of it is asked for anew at each request.
type State struct {
	// Unready returns why no more requests should be sent; nothing: they should.
	Unready func() []string

	// Degraded returns what is not as it should be, though requests are served. It may be
	// nil.
	Degraded func() []string

	// Metrics answers for /metrics.
	Metrics http.Handler

	// Policy returns the policy in force.
	Policy func() policy.Policy

	// Decisions writes the recent decisions, one JSON object a line.
	Decisions io.WriterTo
}

// NewHandler returns a handler for /healthz, /readyz, /metrics, /policy and /decisions.
func NewHandler(s State) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", s.health)
	mux.HandleFunc("GET /readyz", s.readiness)
	mux.Handle("GET /metrics", s.Metrics)
	mux.HandleFunc("GET /policy", s.policy)
	mux.HandleFunc("GET /decisions", s.decisions)
	return mux
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
	reasons := s.Unready()
	status := http.StatusOK
	if len(reasons) > 0 {
		status = http.StatusServiceUnavailable
	}
	var degraded []string
	if s.Degraded != nil {
		degraded = s.Degraded()
	}
	write(w, status, readiness{Ready: len(reasons) == 0, Reasons: reasons, Degraded: degraded})
}

func (s State) policy(w http.ResponseWriter, _ *http.Request) {
	shown, err := show(s.Policy())
	if err != nil {
		http.Error(w, "the policy cannot be shown", http.StatusInternalServerError)
		return
	}
	write(w, http.StatusOK, shown)
}

func (s State) decisions(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/jsonl")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = s.Decisions.WriteTo(w)
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

package admin

import (
	"net/http"
	"time"
)

// The results of a reload.
const (
	Success = "success"
	Failure = "failure"
)

// Reload is what became of a policy that was read anew.
type Reload struct {
	// Time is when it was read; zero: there was no reload since the start.
	Time time.Time `json:"time,omitzero"`

	// Result is Success or Failure; empty: there was no reload.
	Result string `json:"result,omitempty"`

	// Digest is that of the policy in force since then: after a failure, the old one.
	Digest string `json:"digest,omitempty"`

	// Problems are what keeps the new one from coming into force.
	Problems []Problem `json:"problems,omitempty"`

	// Restart are the fields that have changed and take effect at the next start.
	Restart []string `json:"restart,omitempty"`
}

// Problem is something wrong with a file.
type Problem struct {
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Path    string `json:"path,omitempty"`
	Message string `json:"message"`
}

func (s State) reload(w http.ResponseWriter, _ *http.Request) {
	done := s.Reload()
	status := http.StatusOK
	if done.Result != Success {
		status = http.StatusUnprocessableEntity
	}
	write(w, status, done)
}

func (s State) lastReload(w http.ResponseWriter, _ *http.Request) {
	write(w, http.StatusOK, s.LastReload())
}

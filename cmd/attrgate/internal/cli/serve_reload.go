package cli

import (
	"errors"
	"fmt"
	"io"
	"log"
	"sync"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/admin"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/reload"
	"github.com/attrgate/attrgate/middleware/policy"
)

// reloads remembers what became of the last reload. It is safe for concurrent use.
type reloads struct {
	mu   sync.Mutex
	last admin.Reload
}

func (r *reloads) set(last admin.Reload) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = last
}

func (r *reloads) latest() admin.Reload {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last
}

// reload takes a changed file, unless it has problems, and says what became of it: in the
// log, in the metrics, to systemd and to the caller.
func (s *service) reload() admin.Reload {
	s.reloading.Lock() // so that the last one to be remembered is the one in force
	defer s.reloading.Unlock()
	defer s.systemd.reloading()()
	err := refreshPolicy(s.gate, s.stderr, s.errorLog)
	done := admin.Reload{Time: time.Now().UTC(), Result: admin.Success, Digest: s.gate.Shown().Digest}
	s.metrics.Reloaded(done.Time, err)
	if err != nil {
		done.Result, done.Problems = admin.Failure, problemsOf(err)
	} else {
		done.Restart = s.started.Fixed(s.gate.Gateway())
	}
	for _, field := range done.Restart {
		s.errorLog.Printf("%s has changed: this takes effect at the next start", field)
	}
	s.reloads.set(done)
	return done
}

// refresh is reload for those who read the log.
func (s *service) refresh() {
	s.reload()
}

// problemsOf is what keeps a file from coming into force.
func problemsOf(err error) []admin.Problem {
	var problems []admin.Problem
	inFile, overlaid := (policyfile.Problems)(nil), (policy.Problems)(nil)
	switch {
	case errors.As(err, &inFile):
		for _, p := range inFile {
			problems = append(problems, admin.Problem{File: p.File, Line: p.Line, Column: p.Column, Path: p.Path, Message: p.Message})
		}
	case errors.As(err, &overlaid):
		for _, p := range overlaid {
			problems = append(problems, admin.Problem{Path: p.Path, Message: p.Message})
		}
	default:
		problems = append(problems, admin.Problem{Message: oneLine(err)})
	}
	return problems
}

// refreshPolicy takes a changed policy, and says in one line what became of it, after the
// problems.
func refreshPolicy(gate *reload.Gate, stderr io.Writer, errorLog *log.Logger) error {
	err := gate.Reload()
	if err == nil {
		errorLog.Print("policy reloaded")
		return nil
	}
	if explained := explain(err, stderr); !errors.Is(explained, errProblems) {
		errorLog.Print(oneLine(explained))
	}
	errorLog.Print("the policy in force stays")
	return err
}

// explain prints what is wrong with a policy, and returns the error for the exit code.
func explain(err error, stderr io.Writer) error {
	if problems := (policyfile.Problems)(nil); errors.As(err, &problems) {
		_, _ = fmt.Fprintln(stderr, problems.Error())
		return errProblems
	}
	return err
}

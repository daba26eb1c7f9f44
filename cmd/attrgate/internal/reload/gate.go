// Package reload keeps what was read from files up to date while requests are served: it
// notices that files change, and puts a new gate in the place of the old one.
package reload

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Source says what a Gate is made from.
type Source struct {
	// File is the name of the policy file.
	File string

	// Options are those of every gate that is built.
	Options middleware.Options

	// Check looks at a policy, with all its defaults filled in, that is otherwise fine. If
	// it returns an error, the policy is not used. If nil, everything is accepted.
	Check func(policy.Policy) error
}

// Gate is a handler with the gate of a policy file in front of another handler. Reload
// replaces the gate; every request is served by one gate from its start to its end. It is
// safe for concurrent use.
type Gate struct {
	source  Source
	next    http.Handler
	loading sync.Mutex
	current atomic.Pointer[loaded]
}

// loaded is a policy in force. It never changes.
type loaded struct {
	policy  policy.Policy
	handler http.Handler
}

// New reads and checks the policy. The error is policyfile.Problems if something is wrong
// with the policy.
func New(source Source, next http.Handler) (*Gate, error) {
	g := &Gate{source: source, next: next}
	if err := g.Reload(); err != nil {
		return nil, err
	}
	return g, nil
}

// Reload reads and checks the policy anew, and only if all of it is fine puts it in force.
// Its errors are those of New.
func (g *Gate) Reload() error {
	g.loading.Lock()
	defer g.loading.Unlock()
	file, err := policyfile.Read(g.source.File)
	if err != nil {
		return fmt.Errorf("reading the policy: %w", err)
	}
	gate, err := middleware.New(file.Policy, g.source.Options)
	if err := file.Problems(err); err != nil {
		return err
	}
	full := file.Policy.Expand()
	if g.source.Check != nil {
		if err := g.source.Check(full); err != nil {
			return err
		}
	}
	g.current.Store(&loaded{policy: full, handler: gate.Wrap(g.next)})
	return nil
}

// Policy returns the policy in force, with all its defaults filled in.
func (g *Gate) Policy() policy.Policy {
	return g.current.Load().policy
}

// ServeHTTP serves a request with the gate that is in force at its start.
func (g *Gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.current.Load().handler.ServeHTTP(w, r)
}

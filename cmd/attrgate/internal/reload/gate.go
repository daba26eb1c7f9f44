// Package reload keeps what was read from files up to date while requests are served: it
// notices that files change, and puts a new gate in the place of the old one.
package reload

import (
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/redact"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
)

// Source says what a Gate is made from.
type Source struct {
	// Read returns the file as it is now.
	Read func() (*policyfile.File, error)

	// Build makes what a file without problems says.
	Build func(*policyfile.File) (Parts, error)
}

// Parts are what a Gate serves requests with.
type Parts struct {
	// Gateway is the section of the file that is in force.
	Gateway config.Gateway

	// Shown is what operators may see of the policy.
	Shown redact.Shown

	// Options are those of the gate.
	Options middleware.Options

	// Next gets what the gate lets through.
	Next http.Handler

	// InForce is called when the parts come into force, before those of before are closed.
	// It may be nil.
	InForce func()

	// Close ends what works for Next in the background, when other parts are in force or
	// these do not come into force. Requests may still be under way. It may be nil.
	Close func()
}

// Gate is a handler with the gate of a policy file in front of another handler. Reload
// replaces both; every request is served by one pair from its start to its end. It is
// safe for concurrent use.
type Gate struct {
	source  Source
	loading sync.Mutex
	current atomic.Pointer[loaded]
}

// loaded is what is in force. It never changes.
type loaded struct {
	policy  policy.Policy
	shown   redact.Shown
	gateway config.Gateway
	gate    *middleware.Gate
	handler http.Handler
	inForce func()
	close   func()
}

// New reads and checks the file. The error is policyfile.Problems if something is wrong
// with what it says.
func New(source Source) (*Gate, error) {
	g := &Gate{source: source}
	if err := g.Reload(); err != nil {
		return nil, err
	}
	return g, nil
}

// Reload reads and checks the file anew, and only if all of it is fine puts it in force.
// Its errors are those of New.
func (g *Gate) Reload() error {
	g.loading.Lock()
	defer g.loading.Unlock()
	file, err := g.source.Read()
	if err != nil {
		return err
	}
	next, err := g.load(file)
	if err != nil {
		return err
	}
	old := g.current.Swap(next)
	if next.inForce != nil {
		next.inForce()
	}
	if old != nil && old.close != nil {
		old.close()
	}
	return nil
}

// load checks the policy before anything is built for it, since what is built may begin to
// work at once.
func (g *Gate) load(file *policyfile.File) (*loaded, error) {
	_, err := middleware.New(file.Policy, middleware.Options{})
	if err := file.Problems(err); err != nil {
		return nil, err
	}
	parts, err := g.source.Build(file)
	if err != nil {
		return nil, err
	}
	gate, err := middleware.New(file.Policy, parts.Options)
	if err != nil {
		if parts.Close != nil {
			parts.Close()
		}
		return nil, err
	}
	return &loaded{policy: file.Policy.Expand(), shown: parts.Shown, gateway: parts.Gateway, gate: gate,
		handler: gate.Wrap(parts.Next), inForce: parts.InForce, close: parts.Close}, nil
}

// Policy returns the policy in force, with all its defaults filled in.
func (g *Gate) Policy() policy.Policy {
	return g.current.Load().policy
}

// Shown returns what operators may see of the policy in force.
func (g *Gate) Shown() redact.Shown {
	return g.current.Load().shown
}

// Tokens returns what is known of those whom the policy in force asks about tokens.
func (g *Gate) Tokens(now time.Time) token.State {
	return g.current.Load().gate.Tokens(now)
}

// Gateway returns the section of the gateway in force.
func (g *Gate) Gateway() config.Gateway {
	return g.current.Load().gateway
}

// Close ends what works in the background. Requests can still be served.
func (g *Gate) Close() {
	if last := g.current.Load(); last.close != nil {
		last.close()
	}
}

// ServeHTTP serves a request with the gate that is in force at its start.
func (g *Gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.current.Load().handler.ServeHTTP(w, r)
}

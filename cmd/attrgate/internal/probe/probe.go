// Package probe asks a gate of one route about bodies, to learn what the gate makes of
// them without saying it a second time.
package probe

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// caller is the token of the one who asks; it opens nothing else.
const caller = "probe"

// Probe is a gate with one route. It is safe for concurrent use.
type Probe struct {
	gate *middleware.Gate
}

// New returns a probe of a route's rules for bodies; what it asks of callers is left out.
// The error is the gate's: policy.Problems.
func New(route policy.Route) (*Probe, error) {
	digest := sha256.Sum256([]byte(caller))
	route.API, route.Match, route.Variables, route.Errors = "", "PUT /probe", nil, ""
	route.Scopes, route.SenderConstraint, route.Schemes = nil, "", nil
	route.Forward = policy.Forward{}
	gate, err := middleware.New(policy.Policy{
		StaticTokens: []policy.StaticToken{{SHA256: hex.EncodeToString(digest[:]), Subject: caller}},
		Routes:       []policy.Route{route},
	}, middleware.Options{})
	return &Probe{gate}, err
}

// Ask returns what the gate decides on a body.
func (p *Probe) Ask(body string) (middleware.Decision, error) {
	request, err := http.NewRequest(http.MethodPut, "http://localhost/probe", strings.NewReader(body))
	if err != nil {
		return middleware.Decision{}, err
	}
	request.Header.Set("Authorization", "Bearer "+caller)
	request.Header.Set("Content-Type", "application/json")
	_, decision := p.gate.Admit(request)
	return decision, nil
}

// Package sample makes requests for the routes of a policy, some that the gate admits and some
// that it refuses, each for one reason. The gate itself says of every one which it is.
package sample

import (
	"fmt"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Token says which access token a sample carries.
type Token int

// The tokens.
const (
	NoToken Token = iota
	TokenWithScopes
	TokenWithoutScopes
)

// Header is a header of a request.
type Header struct{ Name, Value string }

// Sample is a request, and what becomes of it.
type Sample struct {
	// Name says what the sample shows.
	Name string
	// Method, Path, Headers and Body are the request, without the Authorization header.
	Method, Path, Body string
	Headers            []Header
	// Scheme and Token are the Authorization header.
	Scheme string
	Token  Token
	// Status and Code are those of the refusal; zero and empty: it is admitted.
	Status int
	Code   middleware.Code
}

// Route has the samples of a route.
type Route struct {
	// Route is the route, with all defaults.
	Route policy.Route
	// Samples are first those that are admitted.
	Samples []Sample
}

// Of makes samples for a policy without problems. What it could make no sample of is listed,
// by the path of the route or rule.
func Of(p policy.Policy) ([]Route, policy.Problems, error) {
	gate, err := newJudge(p)
	if err != nil {
		return nil, nil, err
	}
	var routes []Route
	var missing policy.Problems
	for i, route := range p.Expand().Routes {
		m := maker{gate: gate, route: route, at: fmt.Sprintf("routes[%d]", i)}
		m.run()
		routes = append(routes, Route{route, m.samples})
		missing = append(missing, m.missing...)
	}
	return routes, missing, nil
}

// maker makes the samples of one route.
type maker struct {
	gate    *middleware.Gate
	route   policy.Route
	at      string
	base    Sample      // carries what every sample has
	given   []attribute // of a body that is admitted
	samples []Sample
	missing policy.Problems
}

func (m *maker) run() {
	if !m.findBase() {
		m.missing.Add(m.at, "no sample: no path was found that this route guards")
		return
	}
	m.given = m.goodAttributes()
	if !m.keep("passes", m.with(m.body(m.given)), "") {
		m.missing.Add(m.at, "no sample that passes was found")
		return
	}
	if required := m.required(); len(required) > 0 && len(required) < len(m.given) {
		m.keep("passes: only what is required", m.with(m.body(required)), "")
	}
	if m.route.Mode == "report" {
		m.missing.Add(m.at+".mode", "no samples that fail: this route refuses nothing")
		return
	}
	m.callers()
	m.requests()
	m.bodies()
	m.names()
	for i, rule := range m.route.Attributes {
		m.rule(rule, fmt.Sprintf("%s.attributes[%d]", m.at, i))
	}
}

// with is the base with another body.
func (m *maker) with(body string) Sample {
	s := m.base
	s.Body = body
	return s
}

// keep adds a sample if the gate does with it what is said: it admits it, or refuses it with
// the code.
func (m *maker) keep(name string, s Sample, code middleware.Code) bool {
	d := decide(m.gate, s)
	s.Name = name
	if code == "" {
		if d.Outcome != middleware.Admitted {
			return false
		}
		m.samples = append(m.samples, s)
		return true
	}
	if d.Refusal == nil || d.Refusal.Code != code {
		return false
	}
	s.Status, s.Code = d.Refusal.Status, code
	m.samples = append(m.samples, s)
	return true
}

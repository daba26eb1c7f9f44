package metrics

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/exchange"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/token"
)

// rules are those that a body can break. A rule that is missing here counts as "other", so
// that there are never more.
var rules = []string{
	"body.shape", "keys", "keys.allowed", "keys.onCollision", "keys.reserved", "limits.attributes", "limits.nameLength",
	"maxLength", "minLength", "nested", "pattern", "required", "sensitive", "type", "unknown", "values",
}

const otherRule = "other"

// requests are the metrics that move with each request.
type requests struct {
	gate       *prometheus.HistogramVec
	decisions  *prometheus.CounterVec
	tokens     *prometheus.CounterVec
	attributes *prometheus.CounterVec
	changes    *prometheus.CounterVec
	violations *prometheus.CounterVec

	kinds   *children[kind, series]
	changed *children[change, prometheus.Counter]
}

// kind is what requests have in common that move the same metrics, with an empty result if
// no token was looked at.
type kind struct {
	route, outcome, code             string
	tokenKind, tokenSource, tokenEnd string
}

// series are the metrics that each request of a kind moves.
type series struct {
	gate       prometheus.Observer
	decisions  prometheus.Counter
	tokens     prometheus.Counter // nil: no token was looked at
	attributes prometheus.Counter // nil: there is no route
}

// change is one of those of attributes.
type change struct{ route, what string }

func newRequests() *requests {
	c := &requests{
		gate:       histograms("gate_duration_seconds", "Time that the gate took, without the backend.", gateBuckets, "route", "outcome"),
		decisions:  counters("decisions_total", "Requests decided on.", "route", "outcome", "code"),
		tokens:     counters("token_verifications_total", "Tokens of guarded requests, by how they were verified and what came of it.", "kind", "source", "result"),
		attributes: counters("attributes_total", "Attributes read from bodies.", "route"),
		changes:    counters("attribute_changes_total", "Attributes that were renamed, rewritten or dropped.", "route", "change"),
		violations: counters("violations_total", "Rules broken by bodies.", "route", "rule"),
	}
	c.kinds = newChildren(c.series)
	c.changed = newChildren(func(of change) prometheus.Counter { return c.changes.WithLabelValues(of.route, of.what) })
	return c
}

func (c *requests) series(of kind) series {
	s := series{gate: c.gate.WithLabelValues(of.route, of.outcome), decisions: c.decisions.WithLabelValues(of.route, of.outcome, of.code)}
	if of.tokenEnd != "" {
		s.tokens = c.tokens.WithLabelValues(of.tokenKind, of.tokenSource, of.tokenEnd)
	}
	if of.route != "" {
		s.attributes = c.attributes.WithLabelValues(of.route)
	}
	return s
}

func (c *requests) collectors() []prometheus.Collector {
	return []prometheus.Collector{c.gate, c.decisions, c.tokens, c.attributes, c.changes, c.violations}
}

func (c *requests) count(e *exchange.Exchange) {
	d := e.Decision
	s := c.kinds.of(kind{
		route: d.Route, outcome: string(d.Outcome), code: e.Code(),
		tokenKind: d.TokenKind, tokenSource: tokenSource(d), tokenEnd: tokenResult(d),
	})
	observe(s.gate, d.Duration, e)
	s.decisions.Inc()
	if s.tokens != nil {
		s.tokens.Inc()
	}
	if s.attributes == nil {
		return
	}
	s.attributes.Add(float64(len(d.Names) + d.Dropped))
	c.countChange(d.Route, "renamed", d.Renamed)
	c.countChange(d.Route, "rewritten", d.Rewritten)
	c.countChange(d.Route, "dropped", d.Dropped)
	if d.Refusal != nil {
		c.countViolations(d)
	}
}

func (c *requests) countChange(route, what string, n int) {
	if n > 0 {
		c.changed.of(change{route, what}).Add(float64(n))
	}
}

func (c *requests) countViolations(d middleware.Decision) {
	for _, v := range d.Refusal.Violations {
		rule := v.Rule
		if !slices.Contains(rules, rule) {
			rule = otherRule
		}
		c.violations.WithLabelValues(d.Route, rule).Inc()
	}
}

// tokenResult is empty if no token was looked at.
func tokenResult(d middleware.Decision) string {
	if d.Refusal != nil {
		switch d.Refusal.Code {
		case middleware.InvalidToken, middleware.InvalidProof:
			return "refused"
		case middleware.VerifierUnavailable:
			return "unavailable"
		}
	}
	if d.TokenKind != "" {
		return "verified"
	}
	return ""
}

// tokenSource says what it took to know: nothing new, a look at the token, or a question to
// its issuer.
func tokenSource(d middleware.Decision) string {
	switch {
	case d.TokenKind == "":
		return ""
	case d.TokenRemembered:
		return "remembered"
	case d.TokenKind == token.KindIntrospected:
		return "asked"
	}
	return "verified"
}

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

// requests are the counters that move with each request.
type requests struct {
	decisions  *prometheus.CounterVec
	tokens     *prometheus.CounterVec
	attributes *prometheus.CounterVec
	changes    *prometheus.CounterVec
	violations *prometheus.CounterVec
}

func newRequests() requests {
	return requests{
		decisions:  counters("decisions_total", "Requests decided on.", "route", "outcome", "code"),
		tokens:     counters("token_verifications_total", "Tokens of guarded requests, by how they were verified and what came of it.", "kind", "source", "result"),
		attributes: counters("attributes_total", "Attributes read from bodies.", "route"),
		changes:    counters("attribute_changes_total", "Attributes that were renamed, rewritten or dropped.", "route", "change"),
		violations: counters("violations_total", "Rules broken by bodies.", "route", "rule"),
	}
}

func (c requests) collectors() []prometheus.Collector {
	return []prometheus.Collector{c.decisions, c.tokens, c.attributes, c.changes, c.violations}
}

func (c requests) count(e *exchange.Exchange) {
	d := e.Decision
	c.decisions.WithLabelValues(d.Route, string(d.Outcome), e.Code()).Inc()
	if result := tokenResult(d); result != "" {
		c.tokens.WithLabelValues(d.TokenKind, tokenSource(d), result).Inc()
	}
	if d.Route == "" {
		return
	}
	c.attributes.WithLabelValues(d.Route).Add(float64(len(d.Names) + d.Dropped))
	c.countChange(d.Route, "renamed", d.Renamed)
	c.countChange(d.Route, "rewritten", d.Rewritten)
	c.countChange(d.Route, "dropped", d.Dropped)
	if d.Refusal != nil {
		c.countViolations(d)
	}
}

func (c requests) countChange(route, change string, n int) {
	if n > 0 {
		c.changes.WithLabelValues(route, change).Add(float64(n))
	}
}

func (c requests) countViolations(d middleware.Decision) {
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

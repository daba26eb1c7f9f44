package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/audit"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/redact"
	"github.com/attrgate/attrgate/middleware/token"
)

// State is what is measured when the metrics are asked for.
type State struct {
	// Policy is the digest of the policy in force.
	Policy string

	// Tokens is what is known of those who are asked about tokens.
	Tokens token.State

	// Audit is what became of lines that the audit file did not take at once.
	Audit audit.Counts

	// Unsent is how many times traces, metrics and logs could not be sent, by that word.
	Unsent map[string]uint64
}

// breakerStates are those of token.EndpointState.
var breakerStates = []string{"closed", "open", "half-open"}

// stateCollector measures a State.
type stateCollector struct {
	look func(now time.Time) State

	policy, remembered, keyAge, keysFailing, breaker *prometheus.Desc
	auditFailures, auditLost, auditPending, unsent   *prometheus.Desc
}

func newStateCollector(look func(time.Time) State) *stateCollector {
	return &stateCollector{
		look:        look,
		policy:      desc("policy_info", "Always 1; the digest is that of the policy in force.", "digest"),
		remembered:  desc("token_cache_entries", "Tokens that are remembered.", "cache"),
		keyAge:      desc("jwks_age_seconds", "Time since the keys of an issuer were fetched.", "issuer"),
		keysFailing: desc("jwks_failing", "Whether the last try to fetch the keys of an issuer failed.", "issuer"),
		breaker:     desc("introspection_breaker", "1 for the state that an introspection endpoint is in.", "endpoint", "state"),

		auditFailures: desc("audit_failures_total", "Lines that the audit file did not take at once."),
		auditLost:     desc("audit_lost_total", "Lines that the audit file never took."),
		auditPending:  desc("audit_pending_lines", "Lines that wait until the audit file can be written."),
		unsent:        desc("telemetry_failures_total", "Times that telemetry could not be sent.", "signal"),
	}
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("attrgate_"+name, help, labels, nil)
}

// Describe implements prometheus.Collector.
func (c *stateCollector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.policy, c.remembered, c.keyAge, c.keysFailing, c.breaker,
		c.auditFailures, c.auditLost, c.auditPending, c.unsent} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (c *stateCollector) Collect(out chan<- prometheus.Metric) {
	now := time.Now()
	state := c.look(now)
	send := func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	count := func(d *prometheus.Desc, value uint64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(value), labels...)
	}
	send(c.policy, 1, state.Policy)
	count(c.auditFailures, state.Audit.Failures)
	count(c.auditLost, state.Audit.Lost)
	send(c.auditPending, float64(state.Audit.Pending))
	for signal, n := range state.Unsent {
		count(c.unsent, n, signal)
	}
	c.sendTokens(state.Tokens, now, send)
}

func (c *stateCollector) sendTokens(tokens token.State, now time.Time, send func(*prometheus.Desc, float64, ...string)) {
	send(c.remembered, float64(tokens.Verified), "verified")
	send(c.remembered, float64(tokens.Refused), "refused")
	for _, set := range tokens.KeySets {
		if !set.Fetched.IsZero() {
			send(c.keyAge, now.Sub(set.Fetched).Seconds(), set.Issuer)
		}
		send(c.keysFailing, number(set.Failing), set.Issuer)
	}
	for i, endpoint := range tokens.Endpoints {
		if seenBefore(tokens.Endpoints[:i], endpoint.URL) {
			continue // one address may stand for several clients; the first one speaks
		}
		for _, s := range breakerStates {
			send(c.breaker, number(s == endpoint.Breaker), redact.URL(endpoint.URL), s)
		}
	}
}

func seenBefore(endpoints []token.EndpointState, url string) bool {
	for _, e := range endpoints {
		if redact.URL(e.URL) == redact.URL(url) {
			return true
		}
	}
	return false
}

func number(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

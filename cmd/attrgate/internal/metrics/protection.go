package metrics

import "github.com/prometheus/client_golang/prometheus"

// Protection counts what is kept from clients. It is safe for concurrent use.
type Protection struct {
	connections prometheus.Gauge
	refused     prometheus.Counter
	shed        prometheus.Counter
	limited     *prometheus.CounterVec
}

func newProtection(registry *prometheus.Registry) *Protection {
	p := &Protection{
		connections: gauge("connections", "Connections of clients that are open."),
		refused:     counter("connections_refused_total", "Connections closed at once, since their address had as many as it may."),
		shed:        counter("requests_shed_total", "Requests answered 503, since as many were under way as may be."),
		limited:     counters("rate_limited_total", "Requests over a rate limit, in report mode too.", "limit", "route"),
	}
	registry.MustRegister(p.connections, p.refused, p.shed, p.limited)
	return p
}

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Namespace: "attrgate", Name: name, Help: help})
}

// Connections counts connections that were opened (1) or closed (-1).
func (p *Protection) Connections(change float64) { p.connections.Add(change) }

// Refused counts a connection that was closed at once.
func (p *Protection) Refused() { p.refused.Inc() }

// Shed counts a request that was one too many.
func (p *Protection) Shed() { p.shed.Inc() }

// Limited counts a request over the rate limit of a name.
func (p *Protection) Limited(limit, route string) { p.limited.WithLabelValues(limit, route).Inc() }

package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/upstream"
)

// Upstreams are metrics of the backends' addresses. They are safe for concurrent use.
type Upstreams struct {
	healthy            *prometheus.Desc
	state              func() []upstream.AddressState
	retries, ejections *prometheus.CounterVec
}

// NewUpstreams adds metrics of addresses to others. How they are doing is asked for when
// the metrics are.
func NewUpstreams(m *Metrics, state func() []upstream.AddressState) *Upstreams {
	u := &Upstreams{
		healthy: prometheus.NewDesc("attrgate_upstream_healthy", "Whether an address is well: 1, or 0 if it is avoided.",
			[]string{"upstream", "address"}, nil),
		state:     state,
		retries:   counters("upstream_retries_total", "Requests sent again, by reason: connect or broken.", "upstream", "reason"),
		ejections: counters("upstream_ejections_total", "How often an address was left alone for its failures.", "upstream", "address"),
	}
	m.registry.MustRegister(u, u.retries, u.ejections)
	return u
}

// Retried counts a request that is sent again.
func (u *Upstreams) Retried(upstream, reason string) {
	u.retries.WithLabelValues(upstream, reason).Inc()
}

// Ejected counts an address that is left alone.
func (u *Upstreams) Ejected(upstream, address string) {
	u.ejections.WithLabelValues(upstream, address).Inc()
}

// Describe implements prometheus.Collector.
func (u *Upstreams) Describe(to chan<- *prometheus.Desc) {
	to <- u.healthy
}

// Collect implements prometheus.Collector.
func (u *Upstreams) Collect(to chan<- prometheus.Metric) {
	for _, s := range u.state() {
		healthy := 1.0
		if s.Illness != "" {
			healthy = 0
		}
		to <- prometheus.MustNewConstMetric(u.healthy, prometheus.GaugeValue, healthy, s.Upstream, s.Address)
	}
}

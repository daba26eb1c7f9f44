// Package metrics counts what the gateway does, for Prometheus. docs/gateway.md lists the
// names. Labels are bounded: routes are those of the policy, everything else is a fixed list.
package metrics

import (
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/exchange"
)

// Metrics are those of one gateway. They are safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry
	requests *requests
	upstream *prometheus.HistogramVec
	replies  *children[reply, prometheus.Observer]
	inFlight prometheus.Gauge
	reloads  *prometheus.CounterVec
	reloaded prometheus.Gauge

	// Protection is what is kept from clients.
	Protection *Protection
}

// reply is a reply of the backend, with the first digit of its status.
type reply struct {
	route string
	class int
}

// The buckets, in seconds: the gate alone takes microseconds, or as long as an issuer takes.
var (
	gateBuckets     = []float64{10e-6, 25e-6, 50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 5e-3, 25e-3, 100e-3, 500e-3, 2.5}
	upstreamBuckets = []float64{1e-3, 5e-3, 10e-3, 25e-3, 50e-3, 100e-3, 250e-3, 500e-3, 1, 2.5, 5, 10, 30, 60}
)

// New returns the metrics of a gateway of a version, all at zero.
func New(version string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: newRequests(),
		upstream: histograms("upstream_duration_seconds", "Time until the backend's reply began, by class of its status.", upstreamBuckets, "route", "status"),
		inFlight: gauge("requests_in_flight", "Requests under way."),
		reloads:  counters("policy_reloads_total", "Policies read anew, by result: success or failure.", "result"),
		reloaded: gauge("policy_last_success_timestamp_seconds", "When the policy in force was read."),
	}
	m.replies = newChildren(func(of reply) prometheus.Observer {
		return m.upstream.WithLabelValues(of.route, strconv.Itoa(of.class)+"xx")
	})
	build := gauge("build_info", "Always 1; the labels say what runs.")
	labelled := prometheus.WrapRegistererWith(prometheus.Labels{"version": version, "go": runtime.Version()}, m.registry)
	labelled.MustRegister(build)
	build.Set(1)
	m.reloads.WithLabelValues(success)
	m.reloads.WithLabelValues(failure)
	m.registry.MustRegister(m.requests.collectors()...)
	m.registry.MustRegister(m.upstream, m.inFlight, m.reloads, m.reloaded,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.Protection = newProtection(m.registry)
	return m
}

// The results of a reload.
const (
	success = "success"
	failure = "failure"
)

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "attrgate", Name: name, Help: help}, labels)
}

func histograms(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "attrgate", Name: name, Help: help, Buckets: buckets}, labels)
}

func gauge(name, help string) prometheus.Gauge {
	return prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "attrgate", Name: name, Help: help})
}

// Handler answers with all metrics in the form that the caller asks for.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{EnableOpenMetrics: true})
}

// Began counts a request that is under way from now on.
func (m *Metrics) Began() {
	m.inFlight.Inc()
}

// Ended counts a request that is over.
func (m *Metrics) Ended(e *exchange.Exchange) {
	m.inFlight.Dec()
	if e.Decision.Outcome == "" {
		return
	}
	m.requests.count(e)
}

// observe leaves an exemplar that leads to the request's trace, if it is recorded.
func observe(histogram prometheus.Observer, d time.Duration, e *exchange.Exchange) {
	if with, ok := histogram.(prometheus.ExemplarObserver); ok && e.Trace.IsSampled() {
		with.ObserveWithExemplar(d.Seconds(), prometheus.Labels{"trace_id": e.Trace.TraceID().String()})
		return
	}
	histogram.Observe(d.Seconds())
}

// Watch measures what look returns, whenever the metrics are asked for. It is for one call.
func (m *Metrics) Watch(look func(now time.Time) State) {
	m.registry.MustRegister(newStateCollector(look))
}

// Registry is for those who count something of their own.
func (m *Metrics) Registry() *prometheus.Registry {
	return m.registry
}

// Reloaded counts a policy that was read at a time, with the error that kept it out of force.
func (m *Metrics) Reloaded(at time.Time, err error) {
	if err != nil {
		m.reloads.WithLabelValues(failure).Inc()
		return
	}
	m.reloads.WithLabelValues(success).Inc()
	m.reloaded.Set(float64(at.UnixMilli()) / 1e3)
}

// Started notes when the first policy was read, which is no reload.
func (m *Metrics) Started(at time.Time) {
	m.reloaded.Set(float64(at.UnixMilli()) / 1e3)
}

// Upstream measures the handler that asks the backend.
func (m *Metrics) Upstream(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		next.ServeHTTP(exchange.NewWriter(w, func(status int) {
			e := exchange.From(r)
			observe(m.replies.of(reply{e.Decision.Route, status / 100}), time.Since(start), e)
		}), r)
	})
}

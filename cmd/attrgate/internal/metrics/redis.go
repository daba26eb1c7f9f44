package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Redis measures what several gateways share. It is safe for concurrent use.
type Redis struct {
	up     prometheus.Gauge
	errors *prometheus.CounterVec
	took   *prometheus.HistogramVec
}

var redisBuckets = []float64{100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3, 50e-3, 100e-3, 250e-3, 1}

// Redis adds the metrics of a Redis. Without one they would say that it is away.
func (m *Metrics) Redis() *Redis {
	r := &Redis{
		up:     gauge("redis_up", "Whether Redis answers: 1 or 0."),
		errors: counters("redis_errors_total", "Operations on Redis that failed, or took too long.", "operation"),
		took:   histograms("redis_duration_seconds", "Time that operations on Redis took, failed ones too.", redisBuckets, "operation"),
	}
	for _, operation := range []string{"limit", "proof", "result_get", "result_put", "look"} {
		r.errors.WithLabelValues(operation)
		r.took.WithLabelValues(operation)
	}
	m.registry.MustRegister(r.up, r.errors, r.took)
	return r
}

// Up implements redisstore.Observer.
func (r *Redis) Up(up bool) {
	r.up.Set(0)
	if up {
		r.up.Set(1)
	}
}

// Did implements redisstore.Observer.
func (r *Redis) Did(operation string, took time.Duration, err error) {
	if err != nil {
		r.errors.WithLabelValues(operation).Inc()
	}
	r.took.WithLabelValues(operation).Observe(took.Seconds())
}

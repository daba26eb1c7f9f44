// Package telemetry sends traces, metrics and logs to an OpenTelemetry collector, and takes
// requests along in the traces they belong to (W3C Trace Context).
package telemetry

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/contrib/bridges/otelslog"
	prombridge "go.opentelemetry.io/contrib/bridges/prometheus"
	"go.opentelemetry.io/otel"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
)

// scope names what comes from the gateway's own code.
const scope = "github.com/attrgate/attrgate/cmd/attrgate"

// flushTime is the longest time that Shutdown takes.
const flushTime = 5 * time.Second

// Options are what a section of a file cannot say.
type Options struct {
	// Version is the gateway's.
	Version string

	// Metrics are those that are sent.
	Metrics prometheus.Gatherer

	// Report is told what keeps telemetry from being sent. It may be called often.
	Report func(error)
}

// Telemetry is what one gateway sends. What cannot be sent waits in queues of a bounded
// length, and is dropped when they are full; no request ever waits. It is safe for
// concurrent use.
type Telemetry struct {
	tracer trace.Tracer // nil: no spans
	logs   []slog.Handler
	ends   map[string]func(context.Context) error // by signal
	unsent map[string]*atomic.Uint64
	report func(error)
}

// The signals.
const (
	traces  = "traces"
	metrics = "metrics"
	logs    = "logs"
	others  = "others" // what the library has to say beside
)

// New begins to send what a section asks for that config.Gateway.Check has found nothing
// wrong with. It opens no connection. Errors of the libraries go where this Telemetry's go,
// also those of others in the process: there is one place for them.
func New(c config.Telemetry, o Options) (*Telemetry, error) {
	t := &Telemetry{unsent: map[string]*atomic.Uint64{}, ends: map[string]func(context.Context) error{}, report: o.Report}
	for _, signal := range []string{traces, metrics, logs, others} {
		t.unsent[signal] = &atomic.Uint64{}
	}
	if c.Endpoint == "" {
		return t, nil
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(t.failed(others)))
	to, err := newTarget(c)
	if err != nil {
		return nil, err
	}
	about, err := describe(c, o.Version)
	if err != nil {
		return nil, fmt.Errorf("telemetry: %w", err)
	}
	for _, begin := range []struct {
		wanted bool
		begin  func(target, *resource.Resource, config.Telemetry, Options) error
	}{
		{c.Traces, t.beginTraces}, {c.Metrics, t.beginMetrics}, {c.Logs, t.beginLogs},
	} {
		if !begin.wanted {
			continue
		}
		if err := begin.begin(to, about, c, o); err != nil {
			return nil, fmt.Errorf("telemetry: %w", err)
		}
	}
	return t, nil
}

// describe says who sends. The file goes before the environment, and that before what is
// known anyway.
func describe(c config.Telemetry, version string) (*resource.Resource, error) {
	var named []resource.Option
	if c.ServiceName != "" {
		named = append(named, resource.WithAttributes(semconv.ServiceName(c.ServiceName)))
	}
	return resource.New(context.Background(), append([]resource.Option{
		resource.WithTelemetrySDK(),
		resource.WithHost(),
		resource.WithAttributes(semconv.ServiceName("attrgate"), semconv.ServiceVersion(version)),
		resource.WithFromEnv(),
	}, named...)...)
}

func (t *Telemetry) beginTraces(to target, about *resource.Resource, c config.Telemetry, _ Options) error {
	exporter, err := to.traces()
	if err != nil {
		return err
	}
	ratio, _ := strconv.ParseFloat(cmp.Or(c.TraceRatio, "1"), 64) // Check has looked
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithResource(about),
		sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(ratio))),
		sdktrace.WithBatcher(spanExporter{exporter, t.failed(traces)}),
	)
	t.tracer = provider.Tracer(scope)
	t.ends[traces] = provider.Shutdown
	return nil
}

func (t *Telemetry) beginMetrics(to target, about *resource.Resource, _ config.Telemetry, o Options) error {
	exporter, err := to.metrics()
	if err != nil {
		return err
	}
	reader := sdkmetric.NewPeriodicReader(metricExporter{exporter, t.failed(metrics)},
		sdkmetric.WithProducer(prombridge.NewMetricProducer(prombridge.WithGatherer(o.Metrics))))
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithResource(about), sdkmetric.WithReader(reader))
	t.ends[metrics] = provider.Shutdown
	return nil
}

func (t *Telemetry) beginLogs(to target, about *resource.Resource, _ config.Telemetry, _ Options) error {
	exporter, err := to.logs()
	if err != nil {
		return err
	}
	provider := sdklog.NewLoggerProvider(sdklog.WithResource(about),
		sdklog.WithProcessor(sdklog.NewBatchProcessor(logExporter{exporter, t.failed(logs)})))
	t.logs = append(t.logs, otelslog.NewHandler(scope, otelslog.WithLoggerProvider(provider)))
	t.ends[logs] = provider.Shutdown
	return nil
}

// LogHandlers are those that send logs: one, or none.
func (t *Telemetry) LogHandlers() []slog.Handler {
	return t.logs
}

// Unsent is how often something could not be sent, by signal.
func (t *Telemetry) Unsent() map[string]uint64 {
	counts := map[string]uint64{}
	for signal, n := range t.unsent {
		counts[signal] = n.Load()
	}
	return counts
}

// failed counts and tells what kept a signal from being sent.
func (t *Telemetry) failed(signal string) func(error) {
	return func(err error) {
		t.unsent[signal].Add(1)
		t.report(fmt.Errorf("%s: %w", signal, err))
	}
}

// Shutdown sends what waits, until ctx ends, and for five seconds at the most.
func (t *Telemetry) Shutdown(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, flushTime)
	defer cancel()
	var all sync.WaitGroup
	for signal, end := range t.ends {
		all.Go(func() {
			if err := end(ctx); err != nil {
				t.failed(signal)(fmt.Errorf("some are left at the end: %w", err))
			}
		})
	}
	all.Wait()
}

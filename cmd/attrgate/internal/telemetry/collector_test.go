package telemetry_test

import (
	"context"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"

	collectlogs "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	collectmetrics "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	collecttraces "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	logs "go.opentelemetry.io/proto/otlp/logs/v1"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
)

// collector takes what OTLP brings, over gRPC and over HTTP.
type collector struct {
	mu      sync.Mutex
	spans   []*traces.Span
	records []*logs.LogRecord
	metrics map[string]*metrics.Metric
	service string
}

func (c *collector) takeSpans(r *collecttraces.ExportTraceServiceRequest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, of := range r.ResourceSpans {
		c.service = attributes(of.Resource.Attributes)["service.name"]
		for _, scope := range of.ScopeSpans {
			c.spans = append(c.spans, scope.Spans...)
		}
	}
}

func (c *collector) takeMetrics(r *collectmetrics.ExportMetricsServiceRequest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, of := range r.ResourceMetrics {
		for _, scope := range of.ScopeMetrics {
			for _, m := range scope.Metrics {
				c.metrics[m.Name] = m
			}
		}
	}
}

func (c *collector) takeLogs(r *collectlogs.ExportLogsServiceRequest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, of := range r.ResourceLogs {
		for _, scope := range of.ScopeLogs {
			c.records = append(c.records, scope.LogRecords...)
		}
	}
}

func attributes(all []*common.KeyValue) map[string]string {
	found := map[string]string{}
	for _, a := range all {
		found[a.Key] = a.Value.GetStringValue()
		if _, text := a.Value.Value.(*common.AnyValue_StringValue); !text {
			found[a.Key] = a.Value.String()
		}
	}
	return found
}

// The three services of OTLP over gRPC.
type traceService struct {
	collecttraces.UnimplementedTraceServiceServer
	to *collector
}

func (s traceService) Export(_ context.Context, r *collecttraces.ExportTraceServiceRequest) (*collecttraces.ExportTraceServiceResponse, error) {
	s.to.takeSpans(r)
	return &collecttraces.ExportTraceServiceResponse{}, nil
}

type metricService struct {
	collectmetrics.UnimplementedMetricsServiceServer
	to *collector
}

func (s metricService) Export(_ context.Context, r *collectmetrics.ExportMetricsServiceRequest) (*collectmetrics.ExportMetricsServiceResponse, error) {
	s.to.takeMetrics(r)
	return &collectmetrics.ExportMetricsServiceResponse{}, nil
}

type logService struct {
	collectlogs.UnimplementedLogsServiceServer
	to *collector
}

func (s logService) Export(_ context.Context, r *collectlogs.ExportLogsServiceRequest) (*collectlogs.ExportLogsServiceResponse, error) {
	s.to.takeLogs(r)
	return &collectlogs.ExportLogsServiceResponse{}, nil
}

// overGRPC starts a collector and returns the words of a file that lead to it.
func overGRPC(t *testing.T) (*collector, string) {
	t.Helper()
	c := &collector{metrics: map[string]*metrics.Metric{}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	collecttraces.RegisterTraceServiceServer(server, traceService{to: c})
	collectmetrics.RegisterMetricsServiceServer(server, metricService{to: c})
	collectlogs.RegisterLogsServiceServer(server, logService{to: c})
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return c, "endpoint: 'http://" + listener.Addr().String() + "'"
}

// overHTTP is the same with protobuf over HTTPS.
func overHTTP(t *testing.T) (*collector, string) {
	t.Helper()
	c := &collector{metrics: map[string]*metrics.Metric{}}
	mux := http.NewServeMux()
	handle(mux, "/base/v1/traces", &collecttraces.ExportTraceServiceRequest{}, c.takeSpans)
	handle(mux, "/base/v1/metrics", &collectmetrics.ExportMetricsServiceRequest{}, c.takeMetrics)
	handle(mux, "/base/v1/logs", &collectlogs.ExportLogsServiceRequest{}, c.takeLogs)
	server := httptest.NewTLSServer(mux)
	t.Cleanup(server.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(ca, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return c, "protocol: http, endpoint: '" + server.URL + "/base/', caFile: '" + ca + "'"
}

// handle takes the messages of one signal, each in the form of an empty one.
func handle[M proto.Message](mux *http.ServeMux, path string, empty M, take func(M)) {
	mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		message := proto.Clone(empty).(M)
		if err := proto.Unmarshal(body, message); err != nil || r.Header.Get("Content-Type") != "application/x-protobuf" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		take(message)
		w.Header().Set("Content-Type", "application/x-protobuf")
	})
}

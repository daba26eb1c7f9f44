package telemetry

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"strings"

	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"google.golang.org/grpc/credentials"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
)

// target is the collector.
type target struct {
	endpoint string
	http     bool
	tls      *tls.Config // nil: as the endpoint's scheme has it
}

func newTarget(c config.Telemetry) (target, error) {
	to := target{endpoint: strings.TrimSuffix(c.Endpoint, "/"), http: c.Protocol == "http"}
	if c.CAFile == "" {
		return to, nil
	}
	pem, err := os.ReadFile(c.CAFile)
	if err != nil {
		return to, fmt.Errorf("gateway.telemetry.caFile: %w", err)
	}
	to.tls = &tls.Config{RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}
	if !to.tls.RootCAs.AppendCertsFromPEM(pem) {
		return to, fmt.Errorf("gateway.telemetry.caFile: %s holds no certificate", c.CAFile)
	}
	return to, nil
}

func (to target) traces() (sdktrace.SpanExporter, error) {
	if to.http {
		options := []otlptracehttp.Option{otlptracehttp.WithEndpointURL(to.endpoint + "/v1/traces")}
		if to.tls != nil {
			options = append(options, otlptracehttp.WithTLSClientConfig(to.tls))
		}
		return otlptracehttp.New(context.Background(), options...)
	}
	options := []otlptracegrpc.Option{otlptracegrpc.WithEndpointURL(to.endpoint)}
	if to.tls != nil {
		options = append(options, otlptracegrpc.WithTLSCredentials(credentials.NewTLS(to.tls)))
	}
	return otlptracegrpc.New(context.Background(), options...)
}

func (to target) metrics() (sdkmetric.Exporter, error) {
	if to.http {
		options := []otlpmetrichttp.Option{otlpmetrichttp.WithEndpointURL(to.endpoint + "/v1/metrics")}
		if to.tls != nil {
			options = append(options, otlpmetrichttp.WithTLSClientConfig(to.tls))
		}
		return otlpmetrichttp.New(context.Background(), options...)
	}
	options := []otlpmetricgrpc.Option{otlpmetricgrpc.WithEndpointURL(to.endpoint)}
	if to.tls != nil {
		options = append(options, otlpmetricgrpc.WithTLSCredentials(credentials.NewTLS(to.tls)))
	}
	return otlpmetricgrpc.New(context.Background(), options...)
}

func (to target) logs() (sdklog.Exporter, error) {
	if to.http {
		options := []otlploghttp.Option{otlploghttp.WithEndpointURL(to.endpoint + "/v1/logs")}
		if to.tls != nil {
			options = append(options, otlploghttp.WithTLSClientConfig(to.tls))
		}
		return otlploghttp.New(context.Background(), options...)
	}
	options := []otlploggrpc.Option{otlploggrpc.WithEndpointURL(to.endpoint)}
	if to.tls != nil {
		options = append(options, otlploggrpc.WithTLSCredentials(credentials.NewTLS(to.tls)))
	}
	return otlploggrpc.New(context.Background(), options...)
}

package config

import (
	"net/url"
	"strconv"

	"github.com/attrgate/attrgate/middleware/policy"
)

// Telemetry sends what happens to an OpenTelemetry collector, over OTLP. The environment
// variables of OpenTelemetry, such as OTEL_EXPORTER_OTLP_HEADERS and
// OTEL_RESOURCE_ATTRIBUTES, add to it. While the collector is away, what is to be sent
// waits in queues of a bounded length, and is dropped when they are full.
type Telemetry struct {
	// Endpoint is the collector's URL: http or https. With the protocol "http", /v1/traces
	// and so on are put after its path. If empty, nothing is sent.
	Endpoint string `json:"endpoint,omitempty"`

	// Protocol is "grpc" or "http" (protobuf over HTTP). If empty, "grpc".
	Protocol string `json:"protocol,omitempty"`

	// CAFile holds the authorities of the collector's certificate, as PEM. If empty, those
	// of the system.
	CAFile string `json:"caFile,omitempty"`

	// ServiceName is how the gateway is called there. If empty, what OTEL_SERVICE_NAME
	// says, or "attrgate".
	ServiceName string `json:"serviceName,omitempty"`

	// Traces sends a span for each request and one for the gate.
	Traces bool `json:"traces,omitempty"`

	// TraceRatio is the part of the requests that is traced of those that come without a
	// traceparent, as a number from "0" to "1". The others are traced if their sender's own
	// part is. If empty, "1".
	TraceRatio string `json:"traceRatio,omitempty"`

	// Metrics sends the metrics of /metrics every minute, or as OTEL_METRIC_EXPORT_INTERVAL
	// says.
	Metrics bool `json:"metrics,omitempty"`

	// Logs sends the decisions.
	Logs bool `json:"logs,omitempty"`
}

func (t Telemetry) check(ps *policy.Problems) {
	optional(ps, "gateway.telemetry.protocol", t.Protocol, "grpc", "http")
	if u, err := url.Parse(t.Endpoint); t.Endpoint != "" && (err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https")) {
		ps.Add("gateway.telemetry.endpoint", "must be an http or https URL such as http://127.0.0.1:4317")
	}
	if ratio, err := strconv.ParseFloat(t.TraceRatio, 64); t.TraceRatio != "" && (err != nil || !(ratio >= 0 && ratio <= 1)) {
		ps.Add("gateway.telemetry.traceRatio", "%q is not a number from 0 to 1", t.TraceRatio)
	}
	if t.Endpoint == "" && t != (Telemetry{}) {
		ps.Add("gateway.telemetry.endpoint", "is required")
	}
}

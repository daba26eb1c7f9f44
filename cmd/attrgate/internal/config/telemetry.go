package config

import (
	"net/url"
	"strconv"

	"github.com/attrgate/attrgate/middleware/policy"
)

// Telemetry sends what happens to an OpenTelemetry collector, over OTLP. The environment
// variables of OpenTelemetry, such as OTEL_EXPORTER_OTLP_HEADERS and
// OTEL_RESOURCE_ATTRIBUTES, add to it.
type Telemetry struct {
	// Endpoint is the collector's URL: http or https. If empty, nothing is sent.
	Endpoint string `json:"endpoint,omitempty"`

	// Protocol is "grpc" or "http" (protobuf over HTTP). If empty, "grpc".
	Protocol string `json:"protocol,omitempty"`

	// CAFile holds the authorities of the collector's certificate, as PEM. If empty, those
	// of the system.
	CAFile string `json:"caFile,omitempty"`

	// ServiceName is how the gateway is called there. If empty, "attrgate".
	ServiceName string `json:"serviceName,omitempty"`

	// Traces sends a span for each request and one for the gate.
	Traces bool `json:"traces,omitempty"`

	// TraceRatio is the part of the requests without a sampled parent that is traced, as a
	// number from "0" to "1". If empty, "1".
	TraceRatio string `json:"traceRatio,omitempty"`

	// Metrics sends the metrics of /metrics every minute.
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

package audit_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/audit"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/exchange"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

func line(e exchange.Exchange) string {
	var out bytes.Buffer
	audit.New(&out).Ended(&e)
	return regexp.MustCompile(`^{"time":"[-0-9]{10}T[:.0-9]+Z",`).ReplaceAllString(out.String(), "{")
}

func TestALineSaysWhatBecameOfARequest(t *testing.T) {
	for want, e := range map[string]exchange.Exchange{
		`{"level":"INFO","msg":"decision","requestID":"7","traceID":"0102030405060708090a0b0c0d0e0f10","clientAddress":"192.0.2.1","outcome":"admitted","status":200,"route":"r","mode":"enforce","subject":"crm\n\u001b[31m","clientID":"c","issuer":"i","names":["Order ID"],"renamed":1,"policy":"sha256:1","gateMicros":1500,"micros":3000}`: {
			ID: "7", Client: "192.0.2.1", Policy: "sha256:1", Status: 200, Trace: trace.NewSpanContext(trace.SpanContextConfig{
				TraceID: trace.TraceID{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, SpanID: trace.SpanID{1}}), Duration: 3 * time.Millisecond, Decision: middleware.Decision{Outcome: middleware.Admitted, Route: "r",
				Mode: "enforce", Subject: "crm\n\x1b[31m", ClientID: "c", Issuer: "i", Names: []string{"Order ID"}, Renamed: 1, Duration: 1500 * time.Microsecond}},
		`{"level":"INFO","msg":"decision","requestID":"8","outcome":"refused","status":422,"code":"invalid_attributes","cause":"refused \"x\"","violations":[{"name":"Order ID","rule":"type"},{"rule":"body.shape"}],"gateMicros":0,"micros":0}`: {
			ID: "8", Status: 422, Decision: middleware.Decision{Outcome: middleware.Refused, Refusal: &middleware.Refusal{
				Status: 422, Code: middleware.InvalidAttributes, Detail: "secret-detail", Cause: `refused "x"`, Violations: []policy.Violation{
					{Name: "Order ID", Rule: "type", Key: "secret-key", Pointer: "/secret-key", Want: "secret-want", Got: "secret-got"}, {Rule: "body.shape"}}}}},
		`{"level":"INFO","msg":"decision","requestID":"9","outcome":"passed","status":0,"aborted":true,"gateMicros":0,"micros":0}`: {
			ID: "9", Aborted: true, Decision: middleware.Decision{Outcome: middleware.Passed}},
	} {
		if got := line(e); got != want+"\n" {
			t.Errorf("got  %swant %s", got, want)
		}
	}
}

func TestTheLast256LinesAreRemembered(t *testing.T) {
	var recent audit.Recent
	if got := said(t, &recent); got != "" {
		t.Errorf("at first %q", got)
	}
	log := audit.New(&recent)
	for i := range 300 {
		log.Ended(&exchange.Exchange{ID: strconv.Itoa(i)})
	}
	lines := strings.Split(strings.TrimSpace(said(t, &recent)), "\n")
	for i, l := range lines {
		var got struct{ RequestID string }
		if err := json.Unmarshal([]byte(l), &got); err != nil || got.RequestID != strconv.Itoa(44+i) {
			t.Errorf("line %d: %s %v", i, l, err)
		}
	}
	if len(lines) != 256 {
		t.Errorf("%d lines", len(lines))
	}
}

func said(t *testing.T, recent *audit.Recent) string {
	t.Helper()
	var out bytes.Buffer
	if _, err := recent.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

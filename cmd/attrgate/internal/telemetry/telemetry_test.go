package telemetry_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	traces "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/cli"
)

// policyText knows the static token "open-sesame".
const policyText = "staticTokens: [{sha256: d7ecdf25eaf3deba0f2628771dbdd22d4138ab6cf38f91ed02a2ca0dec7c8ab7, scopes: [SalesIQ.conversations.UPDATE], subject: crm}]\n"

// gateway is "attrgate serve" in front of a backend that remembers what it gets.
type gateway struct {
	url     string
	seen    chan http.Header
	printed chan string
	stderr  bytes.Buffer
	cancel  context.CancelFunc
	code    chan int
}

func serve(t *testing.T, telemetry string) *gateway {
	t.Helper()
	g := &gateway{seen: make(chan http.Header, 100), printed: make(chan string, 100), code: make(chan int, 1)}
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.seen <- r.Header
		if r.URL.Path == "/broken" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(backend.Close)
	file := filepath.Join(t.TempDir(), "attrgate.yaml")
	text := policyText + "gateway: {listen: ['127.0.0.1:0'], drain: {timeout: 2s}, log: {decisions: json}, upstreams: [{urls: ['" + backend.URL + "']}], telemetry: {" + telemetry + "}}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	g.cancel = cancel
	reader, writer := io.Pipe()
	go func() {
		code := cli.Run(ctx, []string{"serve", "--config", file}, strings.NewReader(""), writer, &g.stderr)
		_ = writer.Close()
		g.code <- code
	}()
	go func() {
		for lines := bufio.NewScanner(reader); lines.Scan(); {
			select {
			case g.printed <- lines.Text():
			default: // nobody wants that many
			}
		}
		close(g.printed)
	}()
	var listens struct{ URL string }
	if line, open := <-g.printed; !open || json.Unmarshal([]byte(line), &listens) != nil {
		t.Fatalf("printed %q, exit code %d, %s", line, <-g.code, &g.stderr)
	}
	g.url = listens.URL
	return g
}

// send sends a request and returns the header that the backend got, if it got one.
func (g *gateway) send(t *testing.T, method, path, body string, headers ...string) (status int, seen http.Header) {
	t.Helper()
	r, err := http.NewRequest(method, g.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer open-sesame")
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Add(name, value)
	}
	reply, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = reply.Body.Close()
	select {
	case seen = <-g.seen:
	default:
	}
	return reply.StatusCode, seen
}

// end stops the gateway, after which everything has been sent.
func (g *gateway) end(t *testing.T) (stderr string) {
	t.Helper()
	g.cancel()
	if code := <-g.code; code != 0 {
		t.Errorf("exit code %d", code)
	}
	return g.stderr.String()
}

const (
	guarded = "/api/v2/z/conversations/1"
	traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
	parent  = "00f067aa0ba902b7"
	sampled = "Traceparent: 00-" + traceID + "-" + parent + "-01"
	all     = ", traces: true, metrics: true, logs: true"
)

func TestEverythingReachesACollector(t *testing.T) {
	for name, start := range map[string]func(*testing.T) (*collector, string){"grpc": overGRPC, "http": overHTTP} {
		t.Run(name, func(t *testing.T) {
			c, words := start(t)
			g := serve(t, words+all)
			status, seen := g.send(t, "PUT", guarded+"?token=own-query", `{"customer_info":{"%visitor.custominfo.Model%":"own-value"}}`, sampled, "Tracestate: vendor=1")
			if status != 200 {
				t.Fatalf("status %d", status)
			}
			refused, _ := g.send(t, "PUT", guarded, `{"customer_info":{"email":"own-value"}}`)
			if stderr := g.end(t); stderr != "" || refused != 422 {
				t.Errorf("status %d, stderr %q", refused, stderr)
			}
			wantTrace(t, c, seen)
			wantRefusal(t, c)
			wantLog(t, c)
			if m := c.metrics["attrgate_decisions_total"]; m == nil || len(m.GetSum().GetDataPoints()) != 2 {
				t.Errorf("the decisions are counted as %v", m)
			}
			for _, secret := range []string{"own-value", "own-query", "open-sesame", "visitor.custominfo"} {
				if sent := fmt.Sprint(c.spans, c.records, c.metrics); strings.Contains(sent, secret) {
					t.Errorf("%s was sent in %s", secret, sent)
				}
			}
		})
	}
}

// span finds the one span of a trace that has a name.
func (c *collector) span(t *testing.T, trace, name string) *traces.Span {
	t.Helper()
	var found []*traces.Span
	for _, s := range c.spans {
		if (trace == "") != (hex.EncodeToString(s.TraceId) == traceID) && s.Name == name {
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d spans %q among %v", len(found), name, c.spans)
	}
	return found[0]
}

// wantTrace looks at the request that came with a trace.
func wantTrace(t *testing.T, c *collector, seen http.Header) {
	t.Helper()
	server := c.span(t, traceID, "PUT /api/v2/{screen_name}/conversations/{conversation_id}")
	gate, upstream := c.span(t, traceID, "attrgate.gate"), c.span(t, traceID, "PUT")
	if hex.EncodeToString(server.ParentSpanId) != parent || server.Kind != traces.Span_SPAN_KIND_SERVER || c.service != "attrgate" {
		t.Errorf("of %s: %v", c.service, server)
	}
	if !bytes.Equal(gate.ParentSpanId, server.SpanId) || !bytes.Equal(upstream.ParentSpanId, server.SpanId) || upstream.Kind != traces.Span_SPAN_KIND_CLIENT {
		t.Errorf("gate %v, upstream %v", gate, upstream)
	}
	want := "00-" + traceID + "-" + hex.EncodeToString(upstream.SpanId) + "-01"
	if seen.Get("Traceparent") != want || seen.Get("Tracestate") != "vendor=1" {
		t.Errorf("the backend got %v, want %s", seen, want)
	}
	got := attributes(server.Attributes)
	if got["http.route"] != "/api/v2/{screen_name}/conversations/{conversation_id}" || got["http.request.method"] != "PUT" ||
		got["url.path"] != guarded || got["client.address"] != "127.0.0.1" || !strings.Contains(got["http.response.status_code"], "200") {
		t.Errorf("server %v", got)
	}
	got = attributes(gate.Attributes)
	if got["attrgate.outcome"] != "admitted" || got["attrgate.route"] != "custom-info" || got["attrgate.subject"] != "crm" ||
		got["attrgate.token.kind"] != "static" || !strings.HasPrefix(got["attrgate.policy"], "sha256:") {
		t.Errorf("gate %v", got)
	}
	if gate.StartTimeUnixNano >= gate.EndTimeUnixNano || gate.StartTimeUnixNano < server.StartTimeUnixNano || gate.EndTimeUnixNano > server.EndTimeUnixNano {
		t.Errorf("the gate takes from %d to %d, the request from %d to %d", gate.StartTimeUnixNano, gate.EndTimeUnixNano, server.StartTimeUnixNano, server.EndTimeUnixNano)
	}
}

// wantRefusal looks at the request that came without one.
func wantRefusal(t *testing.T, c *collector) {
	t.Helper()
	gate := attributes(c.span(t, "", "attrgate.gate").Attributes)
	if gate["attrgate.outcome"] != "refused" || gate["attrgate.code"] != "invalid_attributes" || !strings.Contains(gate["attrgate.violations"], "keys.reserved") {
		t.Errorf("gate %v", gate)
	}
}

func wantLog(t *testing.T, c *collector) {
	t.Helper()
	if len(c.records) != 2 {
		t.Fatalf("%d records", len(c.records))
	}
	for _, r := range c.records {
		got := attributes(r.Attributes)
		if r.Body.GetStringValue() != "decision" || got["route"] != "custom-info" || got["traceID"] != hex.EncodeToString(r.TraceId) || len(r.SpanId) != 8 {
			t.Errorf("record %v", r)
		}
		if got["outcome"] == "refused" && !strings.Contains(got["violations"], "keys.reserved") {
			t.Errorf("record %v", r)
		}
	}
}

func TestOnlyAPartOfTheRequestsIsTraced(t *testing.T) {
	c, words := overGRPC(t)
	g := serve(t, words+", traces: true, traceRatio: '0'")
	_, alone := g.send(t, "GET", "/alone", "", "Tracestate: vendor=1")
	if got := alone.Get("Traceparent"); !strings.HasSuffix(got, "-00") || len(got) != 55 || alone.Get("Tracestate") != "" {
		t.Errorf("the backend got %v", alone)
	}
	_, child := g.send(t, "GET", "/child", "", sampled)
	if got := child.Get("Traceparent"); !strings.HasPrefix(got, "00-"+traceID+"-") || !strings.HasSuffix(got, "-01") {
		t.Errorf("the backend got %v", child)
	}
	g.end(t)
	if len(c.spans) != 3 {
		t.Errorf("%d spans: %v", len(c.spans), c.spans)
	}
}

func TestTracesPassUntouchedIfNoneAreSent(t *testing.T) {
	g := serve(t, "")
	for _, header := range []string{sampled, "Traceparent: nonsense", "Traceparent: cc-" + traceID + "-" + parent + "-01-more"} {
		_, seen := g.send(t, "GET", "/", "", header, "Tracestate: vendor=1", "Baggage: a=1")
		if got := "Traceparent: " + seen.Get("Traceparent"); got != header || seen.Get("Tracestate") != "vendor=1" || seen.Get("Baggage") != "a=1" {
			t.Errorf("%s became %v", header, seen)
		}
	}
	if line := <-g.printed; !strings.Contains(line, `"traceID":"`+traceID+`"`) {
		t.Errorf("logged %s", line)
	}
	if line := <-g.printed; strings.Contains(line, "traceID") {
		t.Errorf("logged %s", line)
	}
	g.end(t)
}

// TestOddTextsLoseNoSpans sends what protobuf would not carry.
func TestOddTextsLoseNoSpans(t *testing.T) {
	c, words := overGRPC(t)
	g := serve(t, words+", traces: true")
	g.send(t, "BREW", "/%ff"+strings.Repeat("x", 1000), "")
	g.send(t, "GET", "/broken", "")
	g.end(t)
	if len(c.spans) != 6 {
		t.Fatalf("%d spans", len(c.spans))
	}
	for _, s := range c.spans {
		got := attributes(s.Attributes)
		if s.Kind == traces.Span_SPAN_KIND_SERVER && s.Name == "HTTP" && (len(got["url.path"]) > 300 || got["http.request.method"] != "_OTHER") {
			t.Errorf("span %v", s)
		}
		if strings.Contains(got["http.response.status_code"], "503") != (s.Status.GetCode() == traces.Status_STATUS_CODE_ERROR) {
			t.Errorf("span %v", s)
		}
	}
}

// TestACollectorThatIsAwayDelaysNobody has one address that nobody listens on, and one
// where nobody answers.
func TestACollectorThatIsAwayDelaysNobody(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	for _, words := range []string{
		"endpoint: 'http://127.0.0.1:1'", "endpoint: 'http://127.0.0.1:1', protocol: http",
		"endpoint: 'http://" + silent.Addr().String() + "'", "endpoint: 'http://" + silent.Addr().String() + "', protocol: http",
	} {
		t.Run(words, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			g := serve(t, words+all)
			for range 3000 { // more than a queue holds
				if status, _ := g.send(t, "GET", "/", ""); status != 200 {
					t.Fatalf("status %d", status)
				}
			}
			stderr := g.end(t)
			minutes := int(time.Since(began).Minutes())
			if n := strings.Count(stderr, "attrgate: telemetry cannot be sent: "); n < 1 || n > 1+minutes || n != strings.Count(stderr, "\n") {
				t.Errorf("stderr %q", stderr)
			}
		})
	}
}

func TestACollectorsAuthorityMustBeReadable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "attrgate.yaml")
	text := policyText + "gateway: {upstreams: [{urls: ['http://127.0.0.1:1']}], telemetry: {endpoint: 'https://127.0.0.1:1', traces: true, caFile: /missing}}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	code := cli.Run(t.Context(), []string{"serve", "--config", file}, strings.NewReader(""), io.Discard, &stderr)
	if code != 2 || !strings.HasPrefix(stderr.String(), "attrgate: gateway.telemetry.caFile: open /missing: ") {
		t.Errorf("code %d, %q", code, &stderr)
	}
}

package telemetry

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/exchange"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Handler gives every request a span, as a child of the one that its client names, and notes
// the trace in its exchange. If no traces are sent, the trace is noted all the same.
func (t *Telemetry) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e := exchange.From(r)
		ctx := r.Context()
		if len(r.Header["Traceparent"]) > 0 { // most requests name no trace, and to look for one has its price
			ctx = propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(r.Header))
		}
		if t.tracer == nil {
			e.Trace = trace.SpanContextFromContext(ctx)
			next.ServeHTTP(w, r)
			return
		}
		ctx, span := t.tracer.Start(ctx, spanMethod(r), trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(asked(r, e)...))
		e.Trace = span.SpanContext()
		returned := false
		defer func() { answered(span, e, returned) }()
		next.ServeHTTP(w, r.WithContext(ctx))
		returned = true
	})
}

// Upstream gives the request to the backend a span, and names it to the backend. If no
// traces are sent, the backend gets what the client sent.
func (t *Telemetry) Upstream(next http.Handler) http.Handler {
	if t.tracer == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, span := t.tracer.Start(r.Context(), spanMethod(r), trace.WithSpanKind(trace.SpanKindClient),
			trace.WithAttributes(semconv.HTTPRequestMethodKey.String(method(r)), routeKey.String(exchange.From(r).Decision.Route)))
		defer span.End()
		r.Header.Del("Tracestate") // it belongs to what the client named, and Inject may have none
		propagation.TraceContext{}.Inject(ctx, propagation.HeaderCarrier(r.Header))
		next.ServeHTTP(exchange.NewWriter(w, func(status int) { setStatus(span, status, http.StatusBadRequest) }), r.WithContext(ctx))
	})
}

// Decided gives the gate's part in a request a span of its own, with the decision. The
// policy is the one that decides, with its defaults.
func (t *Telemetry) Decided(p policy.Policy) func(*http.Request) {
	if t.tracer == nil {
		return func(*http.Request) {}
	}
	paths := map[string]string{}
	for _, route := range p.Routes {
		_, paths[route.Name], _ = strings.Cut(route.Match, " ")
	}
	return func(r *http.Request) {
		request := trace.SpanFromContext(r.Context())
		if !request.IsRecording() {
			return
		}
		e := exchange.From(r)
		end := time.Now()
		_, span := t.tracer.Start(r.Context(), "attrgate.gate",
			trace.WithTimestamp(end.Add(-e.Decision.Duration)), trace.WithAttributes(decision(e)...))
		span.End(trace.WithTimestamp(end))
		if path := paths[e.Decision.Route]; path != "" {
			request.SetName(spanMethod(r) + " " + path)
			request.SetAttributes(semconv.HTTPRoute(path))
		}
	}
}

// The attributes of our own.
const (
	requestIDKey = attribute.Key("attrgate.request.id")
	outcomeKey   = attribute.Key("attrgate.outcome")
	routeKey     = attribute.Key("attrgate.route")
	modeKey      = attribute.Key("attrgate.mode")
	codeKey      = attribute.Key("attrgate.code")
	policyKey    = attribute.Key("attrgate.policy")
	subjectKey   = attribute.Key("attrgate.subject")
	clientKey    = attribute.Key("attrgate.client_id")
	issuerKey    = attribute.Key("attrgate.issuer")
	tokenKey     = attribute.Key("attrgate.token.kind")
	againKey     = attribute.Key("attrgate.token.remembered")
	countKey     = attribute.Key("attrgate.attributes")
	renamedKey   = attribute.Key("attrgate.attributes.renamed")
	rulesKey     = attribute.Key("attrgate.violations")
)

// asked is what a request says of itself. The query is left out: it may hold secrets.
func asked(r *http.Request, e *exchange.Exchange) []attribute.KeyValue {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return []attribute.KeyValue{
		semconv.HTTPRequestMethodKey.String(method(r)), semconv.URLScheme(scheme), semconv.URLPath(text(r.URL.Path)),
		semconv.ServerAddress(text(r.Host)), semconv.ClientAddress(e.Client),
		semconv.NetworkProtocolVersion(strings.TrimSuffix(strings.TrimPrefix(r.Proto, "HTTP/"), ".0")),
		requestIDKey.String(e.ID),
	}
}

// maxText is the longest text that a client can put into a span, in bytes.
const maxText = 256

// text makes a client's text fit for a span: bytes that are not UTF-8 would keep all that
// is sent with it from being read.
func text(sent string) string {
	if len(sent) > maxText {
		sent = sent[:maxText]
	}
	return strings.ToValidUTF8(sent, "\ufffd")
}

// decision is the decision without names: those are for the log.
func decision(e *exchange.Exchange) []attribute.KeyValue {
	d := e.Decision
	attributes := []attribute.KeyValue{outcomeKey.String(string(d.Outcome)), policyKey.String(e.Policy)}
	for key, value := range map[attribute.Key]string{
		routeKey: d.Route, modeKey: d.Mode, codeKey: e.Code(), subjectKey: d.Subject, clientKey: d.ClientID, issuerKey: d.Issuer,
	} {
		if value != "" {
			attributes = append(attributes, key.String(text(value)))
		}
	}
	if d.TokenKind != "" {
		attributes = append(attributes, tokenKey.String(d.TokenKind), againKey.Bool(d.TokenRemembered))
	}
	if d.Route != "" {
		attributes = append(attributes, countKey.Int(len(d.Names)+d.Dropped), renamedKey.Int(d.Renamed))
	}
	if broken := rules(d); len(broken) > 0 {
		attributes = append(attributes, rulesKey.StringSlice(broken))
	}
	return attributes
}

// rules are those that the body breaks, each once.
func rules(d middleware.Decision) []string {
	if d.Refusal == nil {
		return nil
	}
	var broken []string
	known := map[string]bool{}
	for _, v := range d.Refusal.Violations {
		if !known[v.Rule] {
			known[v.Rule] = true
			broken = append(broken, v.Rule)
		}
	}
	return broken
}

func answered(span trace.Span, e *exchange.Exchange, returned bool) {
	status := e.Status
	if returned && status == 0 {
		status = http.StatusOK // what net/http writes for a handler that writes nothing
	}
	setStatus(span, status, http.StatusInternalServerError)
	if !returned {
		span.SetStatus(codes.Error, "the answer broke off")
	}
	span.End()
}

// setStatus notes a status, and that it is an error from a number on.
func setStatus(span trace.Span, status, errors int) {
	if status == 0 {
		return
	}
	span.SetAttributes(semconv.HTTPResponseStatusCode(status))
	if status >= errors {
		span.SetAttributes(semconv.ErrorTypeKey.String(strconv.Itoa(status)))
		span.SetStatus(codes.Error, "")
	}
}

// method is one that is known, so that a client cannot make up names.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodConnect, http.MethodOptions, http.MethodTrace:
		return r.Method
	}
	return "_OTHER"
}

// spanMethod is how a method is called in the name of a span.
func spanMethod(r *http.Request) string {
	if known := method(r); known != "_OTHER" {
		return known
	}
	return "HTTP"
}

// Package audit writes down what became of requests: one JSON object a line, with names and
// rules, and never a value, a key or a token.
package audit

import (
	"context"
	"io"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/exchange"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Log writes a line for each request. It is safe for concurrent use; each line is one call
// of Write on what it writes to.
type Log struct {
	handlers []slog.Handler
	now      func() time.Time
}

// New returns a Log that writes to out, which may be nil, and hands its records to further
// handlers.
func New(out io.Writer, further ...slog.Handler) *Log {
	l := &Log{handlers: further, now: time.Now}
	if out != nil {
		l.handlers = append([]slog.Handler{slog.NewJSONHandler(out, nil)}, further...)
	}
	return l
}

// Ended writes the line of a request. A reader that has gone away is no reason to stop
// serving, so there is no error; an audit file knows itself what it could not write.
func (l *Log) Ended(e *exchange.Exchange) {
	if len(l.handlers) == 0 {
		return // to make a record costs as much as to write it
	}
	ctx := trace.ContextWithSpanContext(context.Background(), e.Trace)
	r := record(l.now().UTC(), e)
	for _, handler := range l.handlers {
		_ = handler.Handle(ctx, r)
	}
}

// mostAttributes is how many a record has if all are there.
const mostAttributes = 17

func record(at time.Time, e *exchange.Exchange) slog.Record {
	d := &e.Decision
	attributes := append(make([]slog.Attr, 0, mostAttributes), slog.String("requestID", e.ID))
	attributes = addFilled(attributes, slog.String("traceID", traceID(e)), slog.String("clientAddress", e.Client))
	attributes = append(attributes, slog.String("outcome", string(d.Outcome)), slog.Int("status", e.Status))
	attributes = addFilled(attributes, slog.String("route", d.Route), slog.String("mode", d.Mode), slog.String("code", e.Code()),
		slog.String("cause", e.Cause()), slog.String("subject", d.Subject), slog.String("clientID", d.ClientID), slog.String("issuer", d.Issuer))
	attributes = addFindings(attributes, e)
	attributes = addFilled(attributes, slog.String("policy", e.Policy))
	attributes = append(attributes, slog.Int64("gateMicros", d.Duration.Microseconds()), slog.Int64("micros", e.Duration.Microseconds()))
	r := slog.NewRecord(at, slog.LevelInfo, "decision", 0)
	r.AddAttrs(attributes...)
	return r
}

func traceID(e *exchange.Exchange) string {
	if !e.Trace.HasTraceID() {
		return ""
	}
	return e.Trace.TraceID().String()
}

// addFilled leaves out the empty texts.
func addFilled(attributes []slog.Attr, texts ...slog.Attr) []slog.Attr {
	for _, text := range texts {
		if text.Value.String() != "" {
			attributes = append(attributes, text)
		}
	}
	return attributes
}

func addFindings(attributes []slog.Attr, e *exchange.Exchange) []slog.Attr {
	if len(e.Decision.Names) > 0 {
		attributes = append(attributes, slog.Any("names", e.Decision.Names))
	}
	if e.Decision.Renamed > 0 {
		attributes = append(attributes, slog.Int("renamed", e.Decision.Renamed))
	}
	if e.Decision.Refusal != nil && len(e.Decision.Refusal.Violations) > 0 {
		attributes = append(attributes, slog.Any("violations", violations(e.Decision.Refusal.Violations)))
	}
	if e.Aborted {
		attributes = append(attributes, slog.Bool("aborted", true))
	}
	return attributes
}

// violations are those of a body without the keys as the client sent them. They are maps,
// which every handler of records knows to write.
func violations(all []policy.Violation) []map[string]string {
	kept := make([]map[string]string, len(all))
	for i, v := range all {
		kept[i] = map[string]string{"rule": v.Rule}
		if v.Name != "" {
			kept[i]["name"] = v.Name
		}
	}
	return kept
}

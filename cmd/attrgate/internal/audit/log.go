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

// New returns a Log that writes to out, and hands its records to further handlers.
func New(out io.Writer, further ...slog.Handler) *Log {
	handlers := append([]slog.Handler{slog.NewJSONHandler(out, nil)}, further...)
	return &Log{handlers: handlers, now: time.Now}
}

// Ended writes the line of a request. A reader that has gone away is no reason to stop
// serving, so there is no error; an audit file knows itself what it could not write.
func (l *Log) Ended(e *exchange.Exchange) {
	ctx := trace.ContextWithSpanContext(context.Background(), e.Trace)
	r := record(l.now().UTC(), e)
	for _, handler := range l.handlers {
		_ = handler.Handle(ctx, r)
	}
}

func record(at time.Time, e *exchange.Exchange) slog.Record {
	r := slog.NewRecord(at, slog.LevelInfo, "decision", 0)
	r.AddAttrs(slog.String("requestID", e.ID))
	r.AddAttrs(filled(slog.String("traceID", traceID(e)), slog.String("clientAddress", e.Client))...)
	r.AddAttrs(slog.String("outcome", string(e.Decision.Outcome)), slog.Int("status", e.Status))
	r.AddAttrs(filled(
		slog.String("route", e.Decision.Route),
		slog.String("mode", e.Decision.Mode),
		slog.String("code", e.Code()),
		slog.String("subject", e.Decision.Subject),
		slog.String("clientID", e.Decision.ClientID),
		slog.String("issuer", e.Decision.Issuer),
	)...)
	addFindings(&r, e)
	r.AddAttrs(filled(slog.String("policy", e.Policy))...)
	r.AddAttrs(slog.Int64("gateMicros", e.Decision.Duration.Microseconds()), slog.Int64("micros", e.Duration.Microseconds()))
	return r
}

func traceID(e *exchange.Exchange) string {
	if !e.Trace.HasTraceID() {
		return ""
	}
	return e.Trace.TraceID().String()
}

// filled leaves out the empty ones.
func filled(texts ...slog.Attr) []slog.Attr {
	var kept []slog.Attr
	for _, text := range texts {
		if text.Value.String() != "" {
			kept = append(kept, text)
		}
	}
	return kept
}

func addFindings(record *slog.Record, e *exchange.Exchange) {
	if len(e.Decision.Names) > 0 {
		record.AddAttrs(slog.Any("names", e.Decision.Names))
	}
	if e.Decision.Refusal != nil && len(e.Decision.Refusal.Violations) > 0 {
		record.AddAttrs(slog.Any("violations", violations(e.Decision.Refusal.Violations)))
	}
	if e.Aborted {
		record.AddAttrs(slog.Bool("aborted", true))
	}
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

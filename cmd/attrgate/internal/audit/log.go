// Package audit writes down what became of requests: one JSON object a line, with names and
// rules, and never a value, a key or a token.
package audit

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/exchange"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Log writes a line for each request. It is safe for concurrent use; each line is one call
// of Write on what it writes to.
type Log struct {
	handler slog.Handler
	now     func() time.Time
}

// New returns a Log that writes to out.
func New(out io.Writer) *Log {
	return &Log{handler: slog.NewJSONHandler(out, nil), now: time.Now}
}

// violation is policy.Violation without the key as the client sent it.
type violation struct {
	Name string `json:"name,omitempty"`
	Rule string `json:"rule"`
}

// Ended writes the line of a request. A reader that has gone away is no reason to stop
// serving, so there is no error.
func (l *Log) Ended(e *exchange.Exchange) {
	record := slog.NewRecord(l.now().UTC(), slog.LevelInfo, "decision", 0)
	record.AddAttrs(
		slog.String("requestID", e.ID),
		slog.String("outcome", string(e.Decision.Outcome)),
		slog.Int("status", e.Status),
	)
	record.AddAttrs(filled(
		slog.String("route", e.Decision.Route),
		slog.String("mode", e.Decision.Mode),
		slog.String("code", code(e)),
		slog.String("subject", e.Decision.Subject),
		slog.String("clientID", e.Decision.ClientID),
		slog.String("issuer", e.Decision.Issuer),
	)...)
	addFindings(&record, e)
	record.AddAttrs(slog.Int64("gateMicros", e.Decision.Duration.Microseconds()), slog.Int64("micros", e.Duration.Microseconds()))
	_ = l.handler.Handle(context.Background(), record)
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

func violations(all []policy.Violation) []violation {
	kept := make([]violation, len(all))
	for i, v := range all {
		kept[i] = violation{Name: v.Name, Rule: v.Rule}
	}
	return kept
}

func code(e *exchange.Exchange) string {
	if e.Decision.Refusal == nil {
		return ""
	}
	return string(e.Decision.Refusal.Code)
}

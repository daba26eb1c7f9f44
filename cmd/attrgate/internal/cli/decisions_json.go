package cli

import (
	"encoding/json"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/exchange"
	"github.com/attrgate/attrgate/middleware"
)

// decisionRecord is a decision for programs. It is not middleware.Decision itself: that
// one's violations also hold the keys as the client sent them, which stay out of logs.
type decisionRecord struct {
	Time       time.Time          `json:"time"`
	Outcome    middleware.Outcome `json:"outcome"`
	Status     int                `json:"status,omitempty"`
	Route      string             `json:"route,omitempty"`
	Mode       string             `json:"mode,omitempty"`
	Code       middleware.Code    `json:"code,omitempty"`
	Subject    string             `json:"subject,omitempty"`
	ClientID   string             `json:"clientID,omitempty"`
	Issuer     string             `json:"issuer,omitempty"`
	Names      []string           `json:"names,omitempty"`
	Renamed    int                `json:"renamed,omitempty"`
	Violations []violationRecord  `json:"violations,omitempty"`
	Micros     int64              `json:"micros"`
}

type violationRecord struct {
	Name string `json:"name,omitempty"`
	Rule string `json:"rule"`
}

// jsonDecisions formats decisions for programs: one JSON object a line.
func jsonDecisions(at time.Time, e *exchange.Exchange) string {
	d := e.Decision
	record := decisionRecord{
		Time: at.UTC(), Outcome: d.Outcome, Route: d.Route, Mode: d.Mode,
		Subject: d.Subject, ClientID: d.ClientID, Issuer: d.Issuer,
		Names: d.Names, Renamed: d.Renamed, Micros: d.Duration.Microseconds(),
	}
	if d.Refusal != nil {
		record.Status, record.Code = d.Refusal.Status, d.Refusal.Code
		for _, v := range d.Refusal.Violations {
			record.Violations = append(record.Violations, violationRecord{Name: v.Name, Rule: v.Rule})
		}
	}
	line, _ := json.Marshal(record) // strings and numbers: cannot fail
	return string(line) + "\n"
}

package cli

import (
	"time"

	"github.com/attrgate/attrgate/middleware"
)

// DecisionLine is a decision as a terminal shows it.
func DecisionLine(at time.Time, d middleware.Decision, colour bool) string {
	return textDecisions(clockTime, colour)(at, d)
}

// DecisionRecord is a decision as --json prints it.
func DecisionRecord(at time.Time, d middleware.Decision) string {
	return jsonDecisions(at, d)
}

package cli

import (
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/exchange"
	"github.com/attrgate/attrgate/middleware"
)

// DecisionLine is a decision as a terminal shows it, with the status of the answer.
func DecisionLine(at time.Time, d middleware.Decision, status int, colour bool) string {
	return textDecisions(clockTime, colour)(at, &exchange.Exchange{Decision: d, Status: status})
}

// AbortedLine is DecisionLine, of an answer that broke off.
func AbortedLine(at time.Time, d middleware.Decision, status int) string {
	return textDecisions(clockTime, false)(at, &exchange.Exchange{Decision: d, Status: status, Aborted: true})
}

package audit

import (
	"net/http"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/exchange"
	"github.com/attrgate/attrgate/middleware"
)

// Unavailable is the code of the refusal while the audit file cannot be written.
const Unavailable middleware.Code = "audit_unavailable"

// retryAfter is the advice of the refusal, in seconds.
const retryAfter = 10

// Guard refuses requests of guarded routes while the file cannot be written. The envelope is
// the API of a route that answers in its own form; empty: it answers with problems. That the
// file cannot be written shows when the line of a request is to be written, which is at its
// end; so the first such request was served, and its line waits in memory.
func (f *File) Guard(next http.Handler, envelope func(route string) string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e := exchange.From(r)
		if e.Decision.Route == "" || f.Ready() {
			next.ServeHTTP(w, r)
			return
		}
		refusal := &middleware.Refusal{
			Status: http.StatusServiceUnavailable, Code: Unavailable, RetryAfter: retryAfter, Envelope: envelope(e.Decision.Route),
			Detail: "the decision cannot be recorded at the moment; try again",
		}
		e.Decision.Outcome, e.Decision.Refusal = middleware.Refused, refusal
		refusal.ServeHTTP(w, r)
	})
}

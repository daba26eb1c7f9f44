// Package exchange follows a request through the gateway to the end of its answer, for
// those who write down what became of it.
package exchange

import (
	"context"
	"net/http"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/attrgate/attrgate/middleware"
)

// Exchange is a request and what became of it. It belongs to the goroutine that serves the
// request.
type Exchange struct {
	// ID is the request's, by which other programs know it too.
	ID string

	// Client is the address of the client, without the port.
	Client string

	// Trace is the request's place in a trace; its zero value if it is in none.
	Trace trace.SpanContext

	// Policy is the digest of the policy that decided.
	Policy string

	// Decision is the gate's; its zero value if none was reached.
	Decision middleware.Decision

	// Answer is the header of the answer, for those who add to it before it begins.
	Answer http.Header

	// Status is that of the answer; zero if none was begun.
	Status int

	// Aborted tells that the answer broke off before its end.
	Aborted bool

	// Duration is how long it all took, the backend and the client included.
	Duration time.Duration
}

// Handler gives every request an Exchange.
type Handler struct {
	// Next serves the request.
	Next http.Handler

	// Client returns the address of a request's client, if proxies stand between. If nil, it
	// is the other end of the connection.
	Client func(*http.Request) string

	// Began and Ended are called once for every request, also if Next panics.
	Began func()
	Ended func(*Exchange)
}

// key finds the Exchange in the context of a request.
type key struct{}

// From returns the Exchange of a request that went through a Handler, and otherwise one
// that nobody else knows.
func From(r *http.Request) *Exchange {
	if e, ok := r.Context().Value(key{}).(*Exchange); ok {
		return e
	}
	return &Exchange{}
}

// Decided returns what notes the decisions of the policy with a digest. It has the
// signature of middleware.Options.OnDecision.
func Decided(digest string) func(*http.Request, middleware.Decision) {
	return func(r *http.Request, d middleware.Decision) {
		e := From(r)
		e.Decision, e.Policy = d, digest
	}
}

// Code returns the code of the refusal, if there is one.
func (e *Exchange) Code() string {
	if e.Decision.Refusal == nil {
		return ""
	}
	return string(e.Decision.Refusal.Code)
}

// Cause is why the gate could not do something, in words for the operator; empty if it could.
func (e *Exchange) Cause() string {
	if e.Decision.Refusal == nil {
		return ""
	}
	return e.Decision.Refusal.Cause
}

func (h *Handler) client(r *http.Request) string {
	if h.Client != nil {
		return h.Client(r)
	}
	return peerAddress(r)
}

// ServeHTTP hands a request to Next, with an X-Request-Id: the client's if it is fit to be
// logged, else a new one.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e := &Exchange{ID: requestID(r), Client: h.client(r), Answer: w.Header()}
	r.Header.Set(idHeader, e.ID)
	start, finished := time.Now(), false
	h.Began()
	defer func() {
		e.Duration, e.Aborted = time.Since(start), !finished
		h.Ended(e)
	}()
	told := NewWriter(w, func(status int) { e.Status = status })
	h.Next.ServeHTTP(told, r.WithContext(context.WithValue(r.Context(), key{}, e)))
	if finished = true; e.Status == 0 {
		e.Status = http.StatusOK // what net/http writes for a handler that writes nothing
	}
}

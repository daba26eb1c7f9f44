// Package exchange follows a request through the gateway to the end of its answer, for
// those who write down what became of it.
package exchange

import (
	"context"
	"net/http"
	"time"

	"github.com/attrgate/attrgate/middleware"
)

// Exchange is a request and what became of it. It belongs to the goroutine that serves the
// request.
type Exchange struct {
	// ID is the request's, by which other programs know it too.
	ID string

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

// Decided notes a decision. It has the signature of middleware.Options.OnDecision.
func Decided(r *http.Request, d middleware.Decision) {
	From(r).Decision = d
}

// ServeHTTP hands a request to Next, with an X-Request-Id: the client's if it is fit to be
// logged, else a new one.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e := &Exchange{ID: requestID(r), Answer: w.Header()}
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

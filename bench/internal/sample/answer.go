package sample

import (
	"io"
	"net/http"
)

// Answer is a ResponseWriter that is used again and again and keeps the status alone. It is
// not safe for concurrent use.
type Answer struct {
	header http.Header
	status int
}

// NewAnswer returns an Answer that nothing was written to.
func NewAnswer() *Answer { return &Answer{header: http.Header{}} }

// Header implements http.ResponseWriter.
func (a *Answer) Header() http.Header { return a.header }

// Write implements http.ResponseWriter.
func (a *Answer) Write(text []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return len(text), nil
}

// WriteHeader implements http.ResponseWriter.
func (a *Answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

// Serve lets a handler answer a request and returns the status.
func (a *Answer) Serve(handler http.Handler, r *http.Request) int {
	clear(a.header)
	a.status = 0
	handler.ServeHTTP(a, r)
	return a.status
}

// Backend returns a handler that reads the body to its end and answers 204. It is not safe
// for concurrent use.
func Backend() http.Handler {
	buffer := make([]byte, 4<<10)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for {
			if _, err := r.Body.Read(buffer); err == io.EOF {
				break
			} else if err != nil {
				w.WriteHeader(http.StatusBadGateway)
				return
			}
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

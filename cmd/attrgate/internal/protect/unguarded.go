package protect

import (
	"net/http"

	"github.com/attrgate/attrgate/middleware"
)

// Unguarded goes before what forwards a request. Bodies that the gate has not read keep
// within their limit, and what is wrong with them is answered as it is, and not as a failure
// of the backend.
func (f *Front) Unguarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, ok := r.Body.(*body)
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		if f.bodyBytes > 0 && r.ContentLength > f.bodyBytes {
			refuse(w, r, tooLarge(f.bodyBytes))
			return
		}
		b.limit, b.left = f.bodyBytes, f.bodyBytes
		next.ServeHTTP(&blame{ResponseWriter: w, request: r, failure: b.failure.Load}, r)
	})
}

// blame writes the refusal of a body in the place of the failure that came of it.
type blame struct {
	http.ResponseWriter
	request  *http.Request
	failure  func() *middleware.Refusal
	begun    bool
	replaced bool
}

// WriteHeader implements http.ResponseWriter.
func (b *blame) WriteHeader(status int) {
	refusal := b.failure()
	if b.begun || status < http.StatusBadRequest || refusal == nil {
		b.begun = b.begun || status >= http.StatusOK
		b.ResponseWriter.WriteHeader(status)
		return
	}
	b.begun, b.replaced = true, true
	clear(b.Header())
	refuse(b.ResponseWriter, b.request, refusal)
}

// refuse answers at once and does not wait for the rest of the body. With HTTP/2 there is
// no need to close the connection.
func refuse(w http.ResponseWriter, r *http.Request, refusal *middleware.Refusal) {
	if r.ProtoMajor == 1 {
		w.Header().Set("Connection", "close")
	}
	refusal.ServeHTTP(w, r)
}

// Write implements http.ResponseWriter.
func (b *blame) Write(p []byte) (int, error) {
	if b.replaced {
		return len(p), nil
	}
	b.begun = true
	return b.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController, which flushes and hijacks.
func (b *blame) Unwrap() http.ResponseWriter { return b.ResponseWriter }

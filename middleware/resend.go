package middleware

import (
	"io"
	"net/http"

	"github.com/attrgate/attrgate/middleware/token"
)

// serveTwice forwards a request that carries the gate's token, and forwards it once more
// with another token if the backend did not accept that one. The client gets the last
// answer. The handler gets a copy each time, for some change the request they are given.
func serveTwice(g *Gate, next http.Handler, c *token.Credentials, w http.ResponseWriter, r *http.Request) {
	read, _ := io.ReadAll(r.Body) // memory does not fail
	body := string(read)
	second := r.Clone(r.Context())
	before := w.Header().Clone()
	refused := r.Header["Authorization"][0]
	h := &held{w: w}
	h.another = func() bool {
		value, err := token.Replace(second.Context(), c, refused, now(g))
		second.Header["Authorization"] = []string{value}
		return err == nil
	}
	next.ServeHTTP(h, withBody(r, body))
	if !finish(h) {
		return
	}
	restore(w.Header(), before)
	next.ServeHTTP(w, withBody(second, body))
}

// restore makes a header what it was.
func restore(header, before http.Header) {
	var names []string
	for name := range header {
		names = append(names, name)
	}
	for _, name := range names {
		delete(header, name)
	}
	for name, values := range before {
		header[name] = values
	}
}

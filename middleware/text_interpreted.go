//go:build yaegi
// +build yaegi

package middleware

import (
	"io"
	"net/http"
	"strings"
)

// scratch is nothing: here the standard library reads faster.
type scratch struct{}

// readText reads a body to its end, or until it is longer than limit bytes.
func readText(r *http.Request, _ *scratch, limit int64) (string, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	return string(body), err
}

// withBody returns a copy of the request with a body of known length.
func withBody(r *http.Request, body string) *http.Request {
	out := new(http.Request)
	*out = *r
	out.Body = io.NopCloser(strings.NewReader(body))
	out.ContentLength = int64(len(body))
	out.TransferEncoding = nil
	out.Trailer = nil
	return out
}

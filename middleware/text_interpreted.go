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

// textOf returns a body that is a text.
func textOf(text string) io.ReadCloser { return io.NopCloser(strings.NewReader(text)) }

// withBody returns a copy of the request with a body of known length.
func withBody(r *http.Request, body string) *http.Request {
	out := new(http.Request)
	*out = *r
	out.Body = textOf(body)
	out.ContentLength = int64(len(body))
	out.TransferEncoding = nil
	out.Trailer = nil
	return out
}

package gateway

import (
	"io"
	"net/http/httputil"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/upstream"
)

// held is a body in memory, as the gate leaves it. Unlike one from the network it can be
// read again.
type held interface {
	Whole() *strings.Reader
}

// assertion is a header in which clients say that a request may be sent twice, and with no
// value, in which it is said to net/http only and not sent.
const assertion = "X-Idempotency-Key"

// makeRepeatable tells the transport what it cannot know: how to get the body again, and
// that PUT and DELETE may be sent twice (RFC 9110, section 9.2.2). It then takes another
// connection by itself if an idle one turns out to be closed.
func makeRepeatable(r *httputil.ProxyRequest) {
	idempotent := upstream.Idempotent(r.Out.Method)
	body, again := r.In.Body.(held)
	if again && r.Out.Body != nil {
		// Where net/http sees that a body is in memory, it sends it together with the header.
		r.Out.Body = io.NopCloser(body.Whole())
	}
	if again && r.Out.Body != nil && (idempotent || !asserted(r)) {
		r.Out.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(body.Whole()), nil }
	}
	if idempotent && !asserted(r) && (r.Out.Body == nil || again) {
		r.Out.Header[assertion] = []string{}
	}
}

// asserted tells whether a client says that its request may be sent twice. net/http would
// believe that of a POST too; it is for the backend to know.
func asserted(r *httputil.ProxyRequest) bool {
	return len(r.Out.Header[assertion]) > 0 || len(r.Out.Header["Idempotency-Key"]) > 0
}

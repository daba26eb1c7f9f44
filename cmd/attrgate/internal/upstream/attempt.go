package upstream

import (
	"io"
	"net/http"
	"net/http/httptrace"
	"net/http/httputil"
	"sync/atomic"
)

// attempt is a request on its way to one address.
type attempt struct {
	request *http.Request

	// sent tells that there was a connection for it, so that something of it may have
	// reached the backend.
	sent atomic.Bool
}

// newAttempt returns a request for an address. The first one takes the body that came with
// the request; a further one needs another, unless nothing was sent.
func (p *Pool) newAttempt(r *http.Request, to *address, first bool) (*attempt, error) {
	t := &attempt{}
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { t.sent.Store(true) }}
	t.request = r.WithContext(httptrace.WithClientTrace(r.Context(), trace))
	url := *r.URL
	t.request.URL = &url
	(&httputil.ProxyRequest{Out: t.request}).SetURL(to.url)
	if p.clientHost {
		t.request.Host = r.Host
	}
	var err error
	switch {
	case r.Body == nil:
	case r.GetBody == nil:
		t.request.Body = upload{r.Body}
	case !first:
		t.request.Body, err = r.GetBody()
	}
	return t, err
}

// upload is the body of a request that comes from the client as it is sent. A transport
// closes the body of what it could not send, but it is needed once more then; in the end
// the server closes it.
type upload struct {
	body io.Reader
}

// Read tells errors of the client from those of the backend.
func (u upload) Read(p []byte) (int, error) {
	n, err := u.body.Read(p)
	if err != nil && err != io.EOF {
		err = ClientError{err}
	}
	return n, err
}

// Close implements io.Closer.
func (u upload) Close() error { return nil }

// ClientError is why a client's body could not be read.
type ClientError struct {
	err error
}

// Error implements error.
func (e ClientError) Error() string { return "reading the request's body: " + e.err.Error() }

// Unwrap is for errors.Is and errors.As.
func (e ClientError) Unwrap() error { return e.err }

package upstream

import (
	"io"
	"net/http"
	"net/http/httptrace"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
)

// attempt is a request on its way to one address, with all that it needs in one piece of
// memory.
type attempt struct {
	out   httputil.ProxyRequest
	url   url.URL
	reply download

	// sent tells that there was a connection for it, so that something of it may have
	// reached the backend.
	sent atomic.Bool
}

// newAttempt returns a request for an address. The first one takes the body that came with
// the request; a further one needs another, unless nothing was sent.
func (p *Pool) newAttempt(r *http.Request, to *address, first bool) (*attempt, error) {
	t := &attempt{url: *r.URL}
	request := t.traced(r)
	request.URL = &t.url
	t.out.Out = request
	t.out.SetURL(to.url)
	if p.clientHost {
		request.Host = r.Host
	}
	var err error
	switch {
	case r.Body == nil:
	case r.GetBody == nil:
		request.Body = upload{r.Body}
	case !first:
		request.Body, err = r.GetBody()
	}
	return t, err
}

// traced returns a copy of the request that tells of its connection. ReverseProxy has given the
// request a trace of its own, which is used where it has the place free: to put another one
// over it is dear, since all that it may tell is gone through by reflection.
func (t *attempt) traced(r *http.Request) *http.Request {
	ctx := r.Context()
	if own := httptrace.ContextClientTrace(ctx); own != nil && own.GotConn == nil {
		own.GotConn = t.gotConn
	} else {
		ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: t.gotConn})
	}
	return r.WithContext(ctx)
}

func (t *attempt) gotConn(httptrace.GotConnInfo) {
	t.sent.Store(true)
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

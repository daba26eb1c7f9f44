package upstream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
)

// The reasons for which a request is sent again.
const (
	reasonConnect = "connect" // there was no connection, so nothing was sent
	reasonBroken  = "broken"  // no reply came, and the request may be sent twice
)

// RoundTrip sends a request to an address, and to others as long as none replies, if that
// is safe. Any reply is the backend's word and is returned, also 503 and the like. Of the
// request's URL only path and query count. A trace in the request's context must be for this
// request alone.
func (p *Pool) RoundTrip(r *http.Request) (*http.Response, error) {
	p.budget.count(p.now())
	var tried []*address
	for {
		to := p.choose(tried)
		try, err := p.newAttempt(r, to, len(tried) == 0)
		if err != nil {
			return nil, err
		}
		reply, err := p.ask(to, try)
		if err == nil {
			return reply, nil
		}
		tried = append(tried, to)
		reason := retryReason(r, try, err)
		if reason == "" || len(tried) > p.retries || !p.budget.take(p.now()) {
			return nil, err
		}
		if p.options.Retried != nil {
			p.options.Retried(p.name, reason)
		}
	}
}

// retryReason says why a request may be sent again; empty: it may not.
func retryReason(r *http.Request, failed *attempt, err error) string {
	switch {
	case blameless(r, err):
		return ""
	case !failed.sent.Load():
		return reasonConnect
	case !Idempotent(r.Method) || (r.Body != nil && r.GetBody == nil):
		return ""
	case timedOut(err): // the client has waited long enough
		return ""
	}
	return reasonBroken
}

// Idempotent tells whether a request with a method may be sent twice (RFC 9110, section
// 9.2.2).
func Idempotent(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace, http.MethodPut, http.MethodDelete:
		return true
	}
	return false
}

// blameless tells whether an attempt failed for a reason that is not the backend's.
func blameless(r *http.Request, err error) bool {
	return r.Context().Err() != nil || errors.As(err, &ClientError{})
}

func timedOut(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// errStatus is a reply that net/http reads but cannot write.
var errStatus = errors.New("the reply has a status that HTTP does not know")

// ask makes one attempt.
func (p *Pool) ask(to *address, try *attempt) (*http.Response, error) {
	r := try.out.Out
	to.underWay.Add(1)
	reply, err := p.connector.current.Load().requests.RoundTrip(r)
	if err == nil && reply.StatusCode < http.StatusContinue {
		_ = reply.Body.Close()
		err = errStatus
	}
	p.judge(to, r, reply, err)
	if err != nil {
		to.underWay.Add(-1)
		return nil, fmt.Errorf("%s: %w", to.text, err)
	}
	if reply.StatusCode == http.StatusSwitchingProtocols {
		tunnel := reply.Body // lasts as long as its request, and is not always closed by ReverseProxy
		context.AfterFunc(r.Context(), func() {
			to.underWay.Add(-1)
			_ = tunnel.Close()
		})
		return reply, nil
	}
	try.reply.ReadCloser, try.reply.from = reply.Body, to
	reply.Body = &try.reply
	return reply, nil
}

// download is the body of a reply. Its request is under way until it is closed.
type download struct {
	io.ReadCloser
	from *address
	done atomic.Bool
}

// Close implements io.Closer.
func (d *download) Close() error {
	if !d.done.Swap(true) {
		d.from.underWay.Add(-1)
	}
	return d.ReadCloser.Close()
}

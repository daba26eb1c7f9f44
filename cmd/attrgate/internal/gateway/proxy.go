// Package gateway is the standalone door: a reverse proxy to the backend, and the server
// that puts it on a network address. It knows nothing of policies; whoever starts it
// puts a gate between the two.
package gateway

import (
	"log"
	"net/http"
	"net/http/httputil"
	"sync/atomic"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/clientaddr"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/upstream"
)

// flushAfter is how long a piece of a reply may wait for the next one, so that replies which
// trickle do so through the gateway too. ReverseProxy waits for nothing where the length of a
// reply is not known, or where it is a stream of events. To wait for nothing always would
// write the header of each reply on its own, at a quarter of the cost of a request.
const flushAfter = 10 * time.Millisecond

// Proxy forwards every request to one backend. It is safe for concurrent use.
//
// Bodies flow through as they come, in both directions, with their trailers, and replies
// are passed on byte for byte; where the length of one is known, a piece of it may wait 10 ms
// for the next. The request line's query is forwarded as it was written,
// also where it does not parse.
type Proxy struct {
	settings config.Upstream
	trusted  clientaddr.Trusted
	pool     *upstream.Pool
	reverse  httputil.ReverseProxy
	users    atomic.Int64 // that have not closed it
}

// NewProxy returns a proxy to the backend at url: http or https, optionally with a path
// that is put before every request's own. Failures go to errorLog, one line each; if it is
// nil, to the standard logger. It opens no connection.
func NewProxy(url string, errorLog *log.Logger) (*Proxy, error) {
	return newProxy(config.Upstream{URLs: []string{url}}, nil, upstream.Options{ErrorLog: errorLog})
}

func newProxy(u config.Upstream, trusted clientaddr.Trusted, o upstream.Options) (*Proxy, error) {
	pool, err := upstream.New(u, o)
	if err != nil {
		return nil, err
	}
	p := &Proxy{settings: u, trusted: trusted, pool: pool}
	p.users.Store(1)
	p.reverse = httputil.ReverseProxy{
		Rewrite:       p.rewrite,
		Transport:     pool,
		FlushInterval: flushAfter,
		BufferPool:    &bufferPool{},
		ErrorLog:      o.ErrorLog,
		ErrorHandler:  failure{o.ErrorLog}.answer,
	}
	return p, nil
}

// ServeHTTP forwards one request. One without the prefix is under another path than that which
// the policy guards, and would be the same to the backend.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, _, found := cutPrefix(r.URL, p.settings.StripPrefix); !found {
		errElsewhere.write(w)
		return
	}
	p.reverse.ServeHTTP(w, r)
}

// Close ends what works in the background, and the idle connections to the backend.
// Requests under way are not disturbed.
func (p *Proxy) Close() {
	if p.users.Add(-1) == 0 {
		p.pool.Close()
	}
}

func (p *Proxy) rewrite(r *httputil.ProxyRequest) {
	// ReverseProxy drops the parameters that Go cannot parse. Here they stay: requests
	// that no route guards pass untouched, and on guarded ones the gate has looked.
	r.Out.URL.RawQuery = r.In.URL.RawQuery
	// It copies the trailers too, but they come only when the body has been read.
	r.Out.Trailer = r.In.Trailer
	r.Out.URL.Path, r.Out.URL.RawPath, _ = cutPrefix(r.Out.URL, p.settings.StripPrefix) // ServeHTTP found it
	p.forwarded(r)
	makeRepeatable(r)
}

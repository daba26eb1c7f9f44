// Package gateway is the standalone door: a reverse proxy to the backend, and the server
// that puts it on a network address. It knows nothing of policies; whoever starts it
// puts a gate between the two.
package gateway

import (
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
)

// Proxy forwards every request to one backend. It is safe for concurrent use.
//
// Bodies flow through as they come, in both directions, and replies are passed on byte for
// byte. The request line's query is forwarded as it was written, also where it does not
// parse. The backend sees its own host name in Host, as a backend in the cloud
// requires, and the client's in X-Forwarded-Host. X-Forwarded-For, -Host, -Proto and
// Forwarded that a client sends are removed: nothing in front of the gateway is trusted
// with them yet.
type Proxy struct {
	target    *url.URL
	transport *http.Transport
	reverse   httputil.ReverseProxy
}

// NewProxy returns a proxy to the backend at upstream: an http or https URL, optionally
// with a path that is put before every request's own. Failures go to errorLog, one line
// each; if it is nil, to the standard logger. It opens no connection.
func NewProxy(upstream string, errorLog *log.Logger) (*Proxy, error) {
	target, err := config.ParseUpstreamURL(upstream)
	if err != nil {
		return nil, err
	}
	p := &Proxy{target: target, transport: newTransport()}
	p.reverse = httputil.ReverseProxy{
		Rewrite:       p.rewrite,
		Transport:     p.transport,
		FlushInterval: -1, // a reply that trickles must trickle through
		BufferPool:    &bufferPool{},
		ErrorLog:      errorLog,
		ErrorHandler:  failure{errorLog}.answer,
	}
	return p, nil
}

// ServeHTTP forwards one request.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.reverse.ServeHTTP(w, r)
}

// Close ends the idle connections to the backend. Requests under way are not disturbed.
func (p *Proxy) Close() {
	p.transport.CloseIdleConnections()
}

func (p *Proxy) rewrite(r *httputil.ProxyRequest) {
	r.SetURL(p.target)
	// ReverseProxy drops the parameters that Go cannot parse. Here they stay: requests
	// that no route guards pass untouched, and on guarded ones the gate has looked.
	r.Out.URL.RawQuery = r.In.URL.RawQuery
	r.SetXForwarded()
}

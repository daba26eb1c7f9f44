package policytest

import (
	"io"
	"log"
	"net/http"
	"net/http/httputil"
)

// forwardTo returns a reverse proxy as an embedder would write it. It goes over a
// real connection, so that a length that does not fit the body is noticed, and it
// adds no header of its own.
func forwardTo(address string) http.Handler {
	return &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL.Scheme, p.Out.URL.Host = "http", address
			p.Out.URL.RawQuery = p.In.URL.RawQuery // the proxy drops what it cannot parse
		},
		Transport:    &http.Transport{DisableCompression: true},
		ErrorLog:     log.New(io.Discard, "", 0),
		ErrorHandler: forwardFailed,
	}
}

// forwardFailed answers with the reason, which then shows up in the difference.
func forwardFailed(w http.ResponseWriter, _ *http.Request, err error) {
	http.Error(w, "policytest: cannot forward: "+err.Error(), http.StatusBadGateway)
}

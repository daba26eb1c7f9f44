// Nethttp puts attrgate in front of a backend with net/http alone.
//
//	go run ./examples/nethttp -backend http://127.0.0.1:9000 -issuer https://idp.example.com
package main

import (
	"flag"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "the `address` to listen on")
	backend := flag.String("backend", "http://127.0.0.1:9000", "the `URL` of the backend")
	issuer := flag.String("issuer", "https://idp.example.com", "the issuer of the access tokens")
	audience := flag.String("audience", "contact-centre", "the audience of the access tokens")
	flag.Parse()
	p := policy.Policy{Issuers: []policy.Issuer{{Issuer: *issuer, Audiences: []string{*audience}}}}
	handler, err := newHandler(p, *backend)
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Addr: *listen, Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(server.ListenAndServe())
}

// newHandler guards the built-in routes, or those of the policy, in front of a reverse
// proxy to the backend.
func newHandler(p policy.Policy, backend string) (http.Handler, error) {
	target, err := url.Parse(backend)
	if err != nil {
		return nil, err
	}
	gate, err := middleware.New(p, middleware.Options{OnDecision: logDecision})
	if err != nil {
		return nil, err
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.SetXForwarded()
	}}
	return gate.Wrap(proxy), nil
}

// logDecision writes a line for every guarded request. A decision holds no token, no value
// and no key, so all of it may be logged.
func logDecision(r *http.Request, d middleware.Decision) {
	if d.Refusal != nil {
		log.Printf("%s %s: %s, %s", r.Method, d.Route, d.Outcome, d.Refusal.Code)
		return
	}
	if d.Outcome == middleware.Admitted {
		log.Printf("%s %s: %s for %s, names %q", r.Method, d.Route, d.Outcome, d.Subject, d.Names)
	}
}

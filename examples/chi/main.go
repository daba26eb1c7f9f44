// Chi guards routes of a chi router with attrgate.
//
//	cd examples/chi && GOWORK=off go run . -backend http://127.0.0.1:9000 -issuer https://idp.example.com
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
	"github.com/go-chi/chi/v5"
	chimiddleware "github.com/go-chi/chi/v5/middleware"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "the `address` to listen on")
	backend := flag.String("backend", "http://127.0.0.1:9000", "the `URL` of the backend")
	issuer := flag.String("issuer", "https://idp.example.com", "the issuer of the access tokens")
	audience := flag.String("audience", "contact-centre", "the audience of the access tokens")
	flag.Parse()
	p := policy.Policy{Issuers: []policy.Issuer{{Issuer: *issuer, Audiences: []string{*audience}}}}
	router, err := newRouter(p, *backend)
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Addr: *listen, Handler: router, ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(server.ListenAndServe())
}

// newRouter puts the gate in front of everything the router serves. It comes after what only
// watches, such as the request id, and after whatever changes a path: it must see the path as
// the backend will.
func newRouter(p policy.Policy, backend string) (http.Handler, error) {
	target, err := url.Parse(backend)
	if err != nil {
		return nil, err
	}
	gate, err := middleware.New(p, middleware.Options{})
	if err != nil {
		return nil, err
	}
	router := chi.NewRouter()
	router.Use(chimiddleware.RequestID, gate.Wrap)
	router.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	router.NotFound(proxy.ServeHTTP)
	router.MethodNotAllowed(proxy.ServeHTTP)
	return router, nil
}

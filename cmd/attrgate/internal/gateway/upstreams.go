package gateway

import (
	"log"
	"net/http"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
)

// Upstreams are proxies to several backends: one for each route that has its own, and one
// for everything else. They are safe for concurrent use.
type Upstreams struct {
	all     []*Proxy
	rest    *Proxy
	byRoute map[string]*Proxy
}

// NewUpstreams returns proxies to backends that config.Gateway.Check has found nothing
// wrong with. Failures go to errorLog, one line each.
func NewUpstreams(backends []config.Upstream, errorLog *log.Logger) (*Upstreams, error) {
	u := &Upstreams{byRoute: map[string]*Proxy{}}
	for _, backend := range backends {
		proxy, err := NewProxy(backend.URLs[0], errorLog)
		if err != nil {
			return nil, err
		}
		u.all = append(u.all, proxy)
		if len(backend.Routes) == 0 {
			u.rest = proxy
		}
		for _, route := range backend.Routes {
			u.byRoute[route] = proxy
		}
	}
	return u, nil
}

// Handler forwards every request to the backend of its route, which routeOf tells; empty:
// no route guards it.
func (u *Upstreams) Handler(routeOf func(*http.Request) string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if proxy := u.byRoute[routeOf(r)]; proxy != nil {
			proxy.ServeHTTP(w, r)
			return
		}
		u.rest.ServeHTTP(w, r)
	})
}

// Close ends the idle connections to all backends.
func (u *Upstreams) Close() {
	for _, proxy := range u.all {
		proxy.Close()
	}
}

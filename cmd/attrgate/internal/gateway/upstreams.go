package gateway

import (
	"net/http"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/clientaddr"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/upstream"
)

// Upstreams are proxies to several backends: one for each route that has its own, and one
// for everything else. They are safe for concurrent use.
type Upstreams struct {
	all     []*Proxy
	rest    *Proxy
	byRoute map[string]*Proxy
}

// NewUpstreams returns proxies to the backends of a section that config has found nothing
// wrong with. Failures go to the error log of the options, one line each.
func NewUpstreams(g config.Gateway, o upstream.Options) (*Upstreams, error) {
	u := &Upstreams{byRoute: map[string]*Proxy{}}
	trusted := clientaddr.Parse(g.TrustedProxies)
	for _, backend := range g.Upstreams {
		proxy, err := newProxy(backend, trusted, o)
		if err != nil {
			u.Close()
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

// State returns how the addresses of all backends are doing.
func (u *Upstreams) State() []upstream.AddressState {
	var states []upstream.AddressState
	for _, proxy := range u.all {
		states = append(states, proxy.pool.State()...)
	}
	return states
}

// Close ends what works in the background, and the idle connections to all backends.
func (u *Upstreams) Close() {
	for _, proxy := range u.all {
		proxy.Close()
	}
}

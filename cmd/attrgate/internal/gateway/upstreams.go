package gateway

import (
	"net/http"
	"reflect"
	"slices"

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
// wrong with. Those that are the same as before, which may be nil, are shared with it: their
// connections stay, and what is known of their addresses. Failures go to the error log of
// the options, one line each.
func NewUpstreams(g config.Gateway, before *Upstreams, o upstream.Options) (*Upstreams, error) {
	u := &Upstreams{byRoute: map[string]*Proxy{}}
	trusted := clientaddr.Parse(g.TrustedProxies)
	for _, backend := range g.Upstreams {
		proxy := before.share(backend, trusted)
		if proxy == nil {
			var err error
			if proxy, err = newProxy(backend, trusted, o); err != nil {
				u.Close()
				return nil, err
			}
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

// share returns the proxy that was made for the same settings, for one more user.
func (u *Upstreams) share(backend config.Upstream, trusted clientaddr.Trusted) *Proxy {
	if u == nil {
		return nil
	}
	for _, proxy := range u.all {
		if proxy.pool.Follows() && reflect.DeepEqual(proxy.settings, backend) && slices.Equal(proxy.trusted, trusted) {
			proxy.users.Add(1)
			return proxy
		}
	}
	return nil
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

// Close ends what works in the background, and the idle connections, but for backends that
// are shared with others that are not closed yet. It may be called once.
func (u *Upstreams) Close() {
	for _, proxy := range u.all {
		proxy.Close()
	}
}

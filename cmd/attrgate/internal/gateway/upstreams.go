package gateway

import (
	"errors"
	"fmt"
	"log"
	"net/http"
	"strings"
)

// Upstreams are proxies to several backends: one for each route that has its own, and one
// for everything else. They are safe for concurrent use.
type Upstreams struct {
	rest    *Proxy
	byRoute map[string]*Proxy
}

// NewUpstreams takes the backends as [route=]URL, each as for NewProxy. Exactly one of them
// is without a route.
func NewUpstreams(specs []string, errorLog *log.Logger) (*Upstreams, error) {
	u := &Upstreams{byRoute: map[string]*Proxy{}}
	for _, spec := range specs {
		if err := u.add(spec, errorLog); err != nil {
			return nil, err
		}
	}
	if u.rest == nil {
		return nil, errors.New("one upstream must be a plain URL: it gets the requests that no route guards")
	}
	return u, nil
}

func (u *Upstreams) add(spec string, errorLog *log.Logger) error {
	route, upstream := splitUpstream(spec)
	proxy, err := NewProxy(upstream, errorLog)
	if err != nil {
		return err
	}
	switch {
	case route == "" && u.rest == nil:
		u.rest = proxy
	case route == "":
		return errors.New("two upstreams are plain URLs; write route=URL for all but one")
	case u.byRoute[route] != nil:
		return fmt.Errorf("the route %q has two upstreams", route)
	default:
		u.byRoute[route] = proxy
	}
	return nil
}

// splitUpstream finds the route: what stands before the first "=", unless that is already
// part of a URL.
func splitUpstream(spec string) (route, upstream string) {
	before, after, found := strings.Cut(spec, "=")
	if !found || strings.Contains(before, "://") {
		return "", spec
	}
	return before, after
}

// Check returns an error if a backend is meant for a route that is not among the names.
func (u *Upstreams) Check(routes []string) error {
	known := map[string]bool{}
	for _, name := range routes {
		known[name] = true
	}
	for name := range u.byRoute {
		if !known[name] {
			return fmt.Errorf("there is an upstream for the route %q, which the policy does not have", name)
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

// Close ends the idle connections to all backends.
func (u *Upstreams) Close() {
	u.rest.Close()
	for _, proxy := range u.byRoute {
		proxy.Close()
	}
}

package config

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/attrgate/attrgate/middleware/policy"
)

// Upstream is a backend: one service at one address or several.
type Upstream struct {
	// Name is for logs and metrics. If empty, the names of its routes with "+" between
	// them, or "default" if it has none.
	Name string `json:"name,omitempty"`

	// Routes names the routes of the policy whose requests go here. If empty, everything
	// that no other upstream is for, also requests that no route guards.
	Routes []string `json:"routes,omitempty"`

	// URLs are the addresses, each an http or https URL, with a path that is put before
	// every request's own if it has one. All are taken to be the same service: each request
	// goes to the one with the fewest requests under way. A URL is one address, also if its
	// host has several. Required.
	URLs []string `json:"urls,omitempty"`

	// StripPrefix is a path, such as "/ccm", that is taken off requests before URLs' own
	// path is put there. Requests without it are forwarded as they are. Routes of the policy
	// are matched before that, so their paths are written with it.
	StripPrefix string `json:"stripPrefix,omitempty"`

	// Host says what the backend sees in Host: "upstream", the host of its URL, as a
	// backend in the cloud requires, or "client", what the client sent. If empty,
	// "upstream".
	Host string `json:"host,omitempty"`

	// TLS is for https addresses.
	TLS UpstreamTLS `json:"tls,omitempty"`

	// Timeouts is the patience with the backend.
	Timeouts UpstreamTimeouts `json:"timeouts,omitempty"`

	// Connections bounds the open connections to each address. Requests beyond it wait,
	// as long as their clients do. If zero, as many as there are requests.
	Connections int `json:"connections,omitempty"`

	// HTTP2 says when HTTP/2 is spoken: "auto", if an https backend offers it, "off", or
	// "prior-knowledge", always, also with http backends (RFC 9113, section 3.3); then
	// nothing can be upgraded, such as to WebSocket. If empty, "auto".
	HTTP2 string `json:"http2,omitempty"`

	// Health asks the addresses whether they are well. If empty, they are not asked.
	Health Health `json:"health,omitempty"`

	// Outliers leaves addresses alone that fail while others do not.
	Outliers Outliers `json:"outliers,omitempty"`

	// Retries asks again, at another address if there is one.
	Retries Retries `json:"retries,omitempty"`
}

// UpstreamTLS is how an https backend is met.
type UpstreamTLS struct {
	// CAFile holds the authorities of the backend's certificate, as PEM. It is read anew
	// when it changes. If empty, those of the system.
	CAFile string `json:"caFile,omitempty"`

	// CertFile and KeyFile hold the certificate that the gateway shows the backend, as PEM.
	// They are read anew when they change. If empty, none is shown.
	CertFile string `json:"certFile,omitempty"`

	// KeyFile goes with CertFile.
	KeyFile string `json:"keyFile,omitempty"`

	// ServerName is the name that the certificate must bear. If empty, the host of the URL.
	ServerName string `json:"serverName,omitempty"`
}

// UpstreamTimeouts has a limit for each phase but the reply's body, which may take as long
// as it takes: a download or a stream ends when it ends. "0s" is no limit.
type UpstreamTimeouts struct {
	// Dial is the time for a connection. If empty, 5s.
	Dial string `json:"dial,omitempty"`

	// TLSHandshake is the time for TLS. If empty, 5s.
	TLSHandshake string `json:"tlsHandshake,omitempty"`

	// ReplyHeader is the time from the end of the request to the reply's header, and the
	// longest time that the backend may take nothing of a request, or up to an eighth more. If
	// empty, 60s.
	ReplyHeader string `json:"replyHeader,omitempty"`

	// Idle is how long an unused connection is kept. Shorter than the backend's own is
	// better: then no request meets a connection that is just being closed. If empty, 30s.
	Idle string `json:"idle,omitempty"`
}

// Health is an active check: a GET to each address every Interval, over a new connection.
// Addresses are well until they are found not to be. If none is, the checks count for
// nothing: to ask is better than to be sure to fail.
type Health struct {
	// Path is asked for, such as "/actuator/health", without the path of the URL before it;
	// any 2xx is well, and redirects are not followed. If empty, there is no check.
	Path string `json:"path,omitempty"`

	// Interval is the time between two checks of an address. If empty, 10s.
	Interval string `json:"interval,omitempty"`

	// Timeout is the time for one check. If empty, 2s.
	Timeout string `json:"timeout,omitempty"`

	// Unhealthy is after how many failures in a row an address gets no more requests.
	// If zero, 3.
	Unhealthy int `json:"unhealthy,omitempty"`

	// Healthy is after how many successes in a row it gets them again. If zero, 2.
	Healthy int `json:"healthy,omitempty"`
}

// Outliers is a passive check: it watches the requests themselves. What a client causes by
// leaving is not counted.
type Outliers struct {
	// Failures is after how many failures in a row, no reply or 502, 503 and 504, an
	// address is left alone. If zero, 5; if negative, never.
	Failures int `json:"failures,omitempty"`

	// Ejection is for how long; it doubles each time, up to ten times this, until the
	// address has been well for that long. Afterwards one failure is enough, until a request
	// succeeds. One that no other address answers may go there, and if it succeeds the time
	// is over. If empty, 10s.
	Ejection string `json:"ejection,omitempty"`

	// MaxPercent is how many of the addresses may be left alone at once, rounded down. If
	// zero, 50. Always at least one is left, and one that is well if any is.
	MaxPercent int `json:"maxPercent,omitempty"`
}

// Retries happen only if nothing of the request was sent, or if its method is idempotent
// (RFC 9110, section 9.2.2) and its body is held in memory, as that of every guarded
// request is. Once there is a reply it is passed on, whatever its status: it is the
// backend's word. A reply that does not come in time is not asked for again.
type Retries struct {
	// Attempts is how many further attempts there may be, at other addresses first. If zero,
	// 1; if negative, none. An idle connection that turns out to be closed does not count.
	Attempts int `json:"attempts,omitempty"`

	// BudgetPercent is how many retries there may be for a hundred requests, over the last
	// ten seconds, with ten always allowed: a backend that is down is not asked twice as
	// often. If zero, 20.
	BudgetPercent int `json:"budgetPercent,omitempty"`
}

func checkUpstreams(upstreams []Upstream, routes []string, ps *policy.Problems) {
	taken, titles := map[string]bool{}, map[string]bool{}
	for i, u := range upstreams {
		path := element("gateway.upstreams", i)
		u.check(path, ps)
		if u.Name != "" && titles[u.Name] {
			ps.Add(path+".name", "two upstreams are called %q", u.Name)
		}
		titles[u.Title()] = true
		keys := u.Routes
		if len(keys) == 0 {
			keys = []string{""}
		}
		for _, route := range keys {
			checkUpstreamRoute(route, path+".routes", taken, routes, ps)
		}
	}
	if len(upstreams) > 0 && !taken[""] {
		ps.Add("gateway.upstreams", "one upstream must be without routes: it gets the requests that no route guards")
	}
}

func checkUpstreamRoute(route, path string, taken map[string]bool, routes []string, ps *policy.Problems) {
	switch {
	case taken[route] && route == "":
		ps.Add(path, "two upstreams are without routes; name the routes of all but one")
	case taken[route]:
		ps.Add(path, "the route %q has two upstreams", route)
	case route != "" && !slices.Contains(routes, route):
		ps.Add(path, "there is an upstream for the route %q, which the policy does not have", route)
	}
	taken[route] = true
}

func (u Upstream) check(path string, ps *policy.Problems) {
	if len(u.URLs) == 0 {
		ps.Add(path+".urls", "at least one URL is required")
	}
	for i, text := range u.URLs {
		if _, err := ParseUpstreamURL(text); err != nil {
			ps.Add(element(path+".urls", i), "%s", err)
		} else if slices.Contains(u.URLs[:i], text) {
			ps.Add(element(path+".urls", i), "%q is there twice", text)
		}
	}
	if u.StripPrefix != "" && (u.StripPrefix[0] != '/' || u.StripPrefix[len(u.StripPrefix)-1] == '/') {
		ps.Add(path+".stripPrefix", "%q must begin with a slash and not end with one", u.StripPrefix)
	}
	optional(ps, path+".host", u.Host, "upstream", "client")
	optional(ps, path+".http2", u.HTTP2, "auto", "off", "prior-knowledge")
	if (u.TLS.CertFile == "") != (u.TLS.KeyFile == "") {
		ps.Add(path+".tls", "certFile and keyFile come together")
	}
	u.checkDurations(path, ps)
	notNegative(ps, path+".connections", u.Connections)
	percent(ps, path+".outliers.maxPercent", u.Outliers.MaxPercent)
	percent(ps, path+".retries.budgetPercent", u.Retries.BudgetPercent)
	u.Health.check(path+".health", ps)
}

func (h Health) check(path string, ps *policy.Problems) {
	if _, err := url.ParseRequestURI(h.Path); h.Path != "" && (err != nil || h.Path[0] != '/') {
		ps.Add(path+".path", "%q is not a path such as /health", h.Path)
	}
	checkDuration(h.Interval, path+".interval", ps)
	if h.Interval != "" && Duration(h.Interval, "") == 0 {
		ps.Add(path+".interval", "must be more than 0s")
	}
	checkDuration(h.Timeout, path+".timeout", ps)
	notNegative(ps, path+".unhealthy", h.Unhealthy)
	notNegative(ps, path+".healthy", h.Healthy)
}

func (u Upstream) checkDurations(path string, ps *policy.Problems) {
	checkDuration(u.Timeouts.Dial, path+".timeouts.dial", ps)
	checkDuration(u.Timeouts.TLSHandshake, path+".timeouts.tlsHandshake", ps)
	checkDuration(u.Timeouts.ReplyHeader, path+".timeouts.replyHeader", ps)
	checkDuration(u.Timeouts.Idle, path+".timeouts.idle", ps)
	checkDuration(u.Outliers.Ejection, path+".outliers.ejection", ps)
}

// ParseUpstreamURL reads the URL of a backend: http or https, a host, and perhaps a path.
func ParseUpstreamURL(text string) (*url.URL, error) {
	target, err := url.Parse(text)
	var fault *url.Error
	if errors.As(err, &fault) {
		return nil, fault.Err // the URL itself may hold a password
	}
	if (target.Scheme != "http" && target.Scheme != "https") || target.Host == "" {
		return nil, fmt.Errorf("%q is not an http or https URL with a host", target.Redacted())
	}
	if target.User != nil || target.RawQuery != "" || target.ForceQuery || target.Fragment != "" {
		return nil, fmt.Errorf("%q must end with its path: no user, no query, no fragment", target.Redacted())
	}
	return target, nil
}

// Title is the upstream's name, or what stands for it.
func (u Upstream) Title() string {
	return cmp.Or(u.Name, strings.Join(u.Routes, "+"), "default")
}

// Backends returns the upstreams in the form of the command line, [route=]URL, with the
// name in the place of the routes if there is one.
func (g Gateway) Backends() []string {
	var specs []string
	for _, u := range g.Upstreams {
		prefix := ""
		if u.Name != "" || len(u.Routes) > 0 {
			prefix = u.Title() + "="
		}
		for _, target := range u.URLs {
			specs = append(specs, prefix+target)
		}
	}
	return specs
}

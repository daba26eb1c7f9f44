package config

import (
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
	// every request's own if it has one. All are taken to be the same service. Required.
	URLs []string `json:"urls,omitempty"`

	// StripPrefix is a path, such as "/ccm", that is taken off requests before URLs' own
	// path is put there. Requests without it are forwarded as they are.
	StripPrefix string `json:"stripPrefix,omitempty"`

	// Host says what the backend sees in Host: "upstream", the host of its URL, as a
	// backend in the cloud requires, or "client", what the client sent. If empty,
	// "upstream".
	Host string `json:"host,omitempty"`

	// TLS is for https addresses.
	TLS UpstreamTLS `json:"tls,omitempty"`

	// Timeouts is the patience with the backend.
	Timeouts UpstreamTimeouts `json:"timeouts,omitempty"`

	// Connections bounds the open connections to each address. Requests beyond it wait.
	// If zero, as many as there are requests.
	Connections int `json:"connections,omitempty"`

	// HTTP2 says when HTTP/2 is spoken: "auto", if an https backend offers it, "off", or
	// "prior-knowledge", also with http backends (RFC 9113, section 3.3). If empty, "auto".
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
	// CAFile holds the authorities of the backend's certificate, as PEM. If empty, those of
	// the system.
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
// as it takes: a download or a stream ends when it ends.
type UpstreamTimeouts struct {
	// Dial is the time for a connection. If empty, 5s.
	Dial string `json:"dial,omitempty"`

	// TLSHandshake is the time for TLS. If empty, 5s.
	TLSHandshake string `json:"tlsHandshake,omitempty"`

	// ReplyHeader is the time from the end of the request to the reply's header.
	// If empty, 60s.
	ReplyHeader string `json:"replyHeader,omitempty"`

	// Idle is how long an unused connection is kept. Shorter than the backend's own is
	// better: then no request meets a connection that is just being closed. If empty, 30s.
	Idle string `json:"idle,omitempty"`
}

// Health is an active check: a GET to each address every Interval.
type Health struct {
	// Path is asked for, such as "/actuator/health"; any 2xx is well. If empty, there is
	// no check.
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

// Outliers is a passive check: it watches the requests themselves.
type Outliers struct {
	// Failures is after how many failures in a row, no reply or 502, 503 and 504, an
	// address is left alone. If zero, 5; if negative, never.
	Failures int `json:"failures,omitempty"`

	// Ejection is for how long; it doubles each time, up to ten times this. If empty, 10s.
	Ejection string `json:"ejection,omitempty"`

	// MaxPercent is how many of the addresses may be left alone at once. If zero, 50, but
	// always at least one address is left.
	MaxPercent int `json:"maxPercent,omitempty"`
}

// Retries happen only if nothing of the request was sent, or if its method is idempotent
// (RFC 9110, section 9.2.2) and its body is held in memory, as that of every guarded
// request is; and only before anything of a reply has reached the client.
type Retries struct {
	// Attempts is how many further attempts there may be. If zero, 1; if negative, none.
	Attempts int `json:"attempts,omitempty"`

	// BudgetPercent is how many retries there may be for a hundred requests, over the last
	// ten seconds, with ten always allowed: a backend that is down is not asked twice as
	// often. If zero, 20.
	BudgetPercent int `json:"budgetPercent,omitempty"`
}

func checkUpstreams(upstreams []Upstream, routes []string, ps *policy.Problems) {
	taken := map[string]bool{}
	for i, u := range upstreams {
		path := element("gateway.upstreams", i)
		u.check(path, ps)
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
		}
	}
	if u.StripPrefix != "" && (u.StripPrefix[0] != '/' || u.StripPrefix == "/" || u.StripPrefix[len(u.StripPrefix)-1] == '/') {
		ps.Add(path+".stripPrefix", "%q must begin with a slash and not end with one", u.StripPrefix)
	}
	optional(ps, path+".host", u.Host, "upstream", "client")
	optional(ps, path+".http2", u.HTTP2, "auto", "off", "prior-knowledge")
	if (u.TLS.CertFile == "") != (u.TLS.KeyFile == "") {
		ps.Add(path+".tls", "certFile and keyFile come together")
	}
	u.checkDurations(path, ps)
	notNegative(ps, path+".connections", u.Connections)
	notNegative(ps, path+".health.unhealthy", u.Health.Unhealthy)
	notNegative(ps, path+".health.healthy", u.Health.Healthy)
	percent(ps, path+".outliers.maxPercent", u.Outliers.MaxPercent)
	percent(ps, path+".retries.budgetPercent", u.Retries.BudgetPercent)
	if u.Health.Path != "" && u.Health.Path[0] != '/' {
		ps.Add(path+".health.path", "%q must begin with a slash", u.Health.Path)
	}
}

func (u Upstream) checkDurations(path string, ps *policy.Problems) {
	checkDuration(u.Timeouts.Dial, path+".timeouts.dial", ps)
	checkDuration(u.Timeouts.TLSHandshake, path+".timeouts.tlsHandshake", ps)
	checkDuration(u.Timeouts.ReplyHeader, path+".timeouts.replyHeader", ps)
	checkDuration(u.Timeouts.Idle, path+".timeouts.idle", ps)
	checkDuration(u.Health.Interval, path+".health.interval", ps)
	checkDuration(u.Health.Timeout, path+".health.timeout", ps)
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

// Backends returns the upstreams in the form of the command line, [route=]URL.
func (g Gateway) Backends() []string {
	var specs []string
	for _, u := range g.Upstreams {
		prefix := ""
		if len(u.Routes) > 0 {
			prefix = strings.Join(u.Routes, "+") + "="
		}
		for _, target := range u.URLs {
			specs = append(specs, prefix+target)
		}
	}
	return specs
}

package config

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
)

// Timeouts is the patience with clients. There is no limit for a whole request or reply:
// uploads and downloads on routes that are not guarded may take as long as they take.
type Timeouts struct {
	// ReadHeader is the time for a request's header, or for a TLS handshake; a connection that
	// takes longer is closed. If empty, 10s.
	ReadHeader string `json:"readHeader,omitempty"`

	// ReadBody is the time for the whole body of a request to a guarded route, and the longest
	// pause in the body of any other; 408 for more. If empty, 30s.
	ReadBody string `json:"readBody,omitempty"`

	// Write is the longest time that a client may take nothing of a reply while there is some
	// to take; the connection is closed then, or up to an eighth of the time later. With HTTP/2,
	// each stream has to take 16 KiB, or what there is, in that time. If empty, 30s.
	Write string `json:"write,omitempty"`

	// Idle is how long a connection is kept for the next request. If empty, 2m.
	Idle string `json:"idle,omitempty"`
}

// Limits bounds what clients may use at one time.
type Limits struct {
	// HeaderBytes is the largest header; 431 for more. If zero, 65536.
	HeaderBytes int `json:"headerBytes,omitempty"`

	// BodyBytes is the largest body of requests that no route guards; 413 for more. Guarded
	// ones have their route's own. If zero, there is no limit, since they are not held in
	// memory.
	BodyBytes int64 `json:"bodyBytes,omitempty"`

	// Connections is how many connections may be open on all addresses together.
	// For one more, the one that has been idle longest is closed; if none is, it waits. If
	// zero, 16384.
	Connections int `json:"connections,omitempty"`

	// ConnectionsPerAddress is how many of them may be one client's, which is an IPv4 address
	// or an IPv6 network of 64 bits; more are closed at once. TrustedProxies are not counted.
	// If zero, there is no limit.
	ConnectionsPerAddress int `json:"connectionsPerAddress,omitempty"`

	// Requests is how many requests may be under way, WebSockets included; 503 with
	// Retry-After for more. If zero, 4096.
	Requests int `json:"requests,omitempty"`
}

// RateLimit bounds how often callers may use guarded routes. Only requests with a good
// token count, so nobody can use up another's share.
type RateLimit struct {
	// Name is for logs and metrics, and in the header fields RateLimit and RateLimit-Policy;
	// each limit has its own. If empty, what By says.
	Name string `json:"name,omitempty"`

	// Routes names the routes of the policy. If empty, all of them.
	Routes []string `json:"routes,omitempty"`

	// By says who shares a limit: "subject", the tokens of one subject, "client", those of
	// one client, or "route", all callers of a route. A token without a subject goes by its
	// client, and the other way round. If empty, "subject".
	By string `json:"by,omitempty"`

	// Requests is how many requests there may be in the time of Per; at most 1000000 a
	// second. Required.
	Requests int `json:"requests,omitempty"`

	// Per is that time, such as "1m". If empty, 1s; at most 24h.
	Per string `json:"per,omitempty"`

	// Burst is how many may come at once after a time of quiet. If zero, Requests. It may take
	// 31 days at the most until as many may come again.
	Burst int `json:"burst,omitempty"`
}

func (t Timeouts) check(ps *policy.Problems) {
	checkPatience(t.ReadHeader, "gateway.timeouts.readHeader", ps)
	checkPatience(t.ReadBody, "gateway.timeouts.readBody", ps)
	checkPatience(t.Write, "gateway.timeouts.write", ps)
	checkPatience(t.Idle, "gateway.timeouts.idle", ps)
}

// checkPatience notes a duration that leaves no time for anything.
func checkPatience(text, path string, ps *policy.Problems) {
	checkDuration(text, path, ps)
	if d, err := time.ParseDuration(text); err == nil && d == 0 {
		ps.Add(path, "must be more than 0s")
	}
}

func (l Limits) check(ps *policy.Problems) {
	notNegative(ps, "gateway.limits.headerBytes", l.HeaderBytes)
	notNegative(ps, "gateway.limits.bodyBytes", int(l.BodyBytes))
	notNegative(ps, "gateway.limits.connections", l.Connections)
	notNegative(ps, "gateway.limits.connectionsPerAddress", l.ConnectionsPerAddress)
	notNegative(ps, "gateway.limits.requests", l.Requests)
}

func checkRateLimits(limits []RateLimit, routes []string, ps *policy.Problems) {
	names := map[string]bool{}
	for i, l := range limits {
		path := element("gateway.rateLimits", i)
		l.check(path, ps)
		for j, route := range l.Routes {
			if !slices.Contains(routes, route) {
				ps.Add(element(path+".routes", j), "the policy has no route %q", route)
			}
		}
		name := cmp.Or(l.Name, l.By, "subject")
		if names[name] {
			ps.Add(path+".name", "%q is another limit's name, or what it has in its place", name)
		}
		names[name] = true
	}
}

func (l RateLimit) check(path string, ps *policy.Problems) {
	optional(ps, path+".by", l.By, "subject", "client", "route")
	if strings.ContainsFunc(l.Name, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' }) {
		ps.Add(path+".name", "%q has characters that are not visible ASCII, or a quote or backslash", l.Name)
	}
	if l.Requests < 1 {
		ps.Add(path+".requests", "must be at least 1")
	}
	notNegative(ps, path+".burst", l.Burst)
	checkDuration(l.Per, path+".per", ps)
	per, err := time.ParseDuration(cmp.Or(l.Per, "1s"))
	if err != nil || per < 0 {
		return // checkDuration has said so
	}
	if per > 24*time.Hour || per == 0 {
		ps.Add(path+".per", "must be more than 0s and at most 24h")
		return
	}
	interval := per.Seconds() / float64(max(1, l.Requests))
	if interval < 1e-6 {
		ps.Add(path+".requests", "must be at most 1000000 a second")
	}
	if interval*float64(l.Burst) > (31 * 24 * time.Hour).Seconds() {
		ps.Add(path+".burst", "it would take longer than 31 days until as many may come again")
	}
}

package config

import (
	"net"
	"net/netip"
	"strconv"

	"github.com/attrgate/attrgate/middleware/policy"
)

// Gateway says how attrgate serve takes requests and where it forwards them.
type Gateway struct {
	// Listen lists the addresses on which requests are taken, such as "127.0.0.1:8080" or
	// ":8443"; port 0 takes a free one. "systemd" stands for all sockets that systemd has
	// opened for the process, "systemd:NAME" for those of that name. If empty,
	// "127.0.0.1:8080".
	Listen []string `json:"listen,omitempty"`

	// TLS holds the certificates. If empty, connections are plain.
	TLS TLS `json:"tls,omitempty"`

	// Admin is the address for operators. If empty, there is none.
	Admin Admin `json:"admin,omitempty"`

	// Upstreams are the backends. Exactly one is without routes: it gets what no other is
	// for. Required, here or on the command line.
	Upstreams []Upstream `json:"upstreams,omitempty"`

	// TrustedProxies lists the networks, such as "10.0.0.0/8", of the proxies in front of
	// the gateway. Only what they say in X-Forwarded-For, -Host, -Proto and Forwarded is
	// believed, extended and forwarded; from others these are removed, and X-Forwarded-Port,
	// -Prefix, -Ssl, -Client-Cert and X-Real-IP too. They must remove or overwrite what their
	// clients send in these. If empty, nobody's.
	TrustedProxies []string `json:"trustedProxies,omitempty"`

	// Timeouts is the patience with clients.
	Timeouts Timeouts `json:"timeouts,omitempty"`

	// Limits bounds what clients may use at one time.
	Limits Limits `json:"limits,omitempty"`

	// RateLimits bounds how often callers may use the guarded routes. A request must keep
	// within all that apply to it. If empty, as often as they like.
	RateLimits []RateLimit `json:"rateLimits,omitempty"`

	// Redis is shared by several gateways. If empty, each one is on its own.
	Redis Redis `json:"redis,omitempty"`

	// Log says what is written about requests.
	Log Log `json:"log,omitempty"`

	// Telemetry sends traces, metrics and logs to an OpenTelemetry collector. If empty,
	// nothing is sent.
	Telemetry Telemetry `json:"telemetry,omitempty"`

	// Drain says how the gateway ends.
	Drain Drain `json:"drain,omitempty"`
}

// TLS names files in PEM. They are read anew when they change, and at SIGHUP.
type TLS struct {
	// CertFile holds the certificate and those between it and the root.
	CertFile string `json:"certFile,omitempty"`

	// KeyFile holds the certificate's key. Required with CertFile.
	KeyFile string `json:"keyFile,omitempty"`

	// ClientCAFile holds the authorities of client certificates. Clients may then send
	// one, and one that is not good ends the handshake; whether a token needs it is for
	// the token and the policy to say (RFC 8705). If empty, clients are not asked.
	ClientCAFile string `json:"clientCAFile,omitempty"`
}

// Admin is the address for operators: /healthz, /readyz, /metrics, /policy, /decisions and
// /reload. It asks nobody for credentials.
type Admin struct {
	// Listen is the address, such as "127.0.0.1:9901". If empty, there is none.
	Listen string `json:"listen,omitempty"`

	// Pprof adds Go's profiles under /debug/pprof/. They show what is in memory.
	Pprof bool `json:"pprof,omitempty"`
}

// Drain is the end: at SIGTERM or Ctrl-C /readyz says 503, for Delay new requests are
// still taken, and then those under way get Timeout.
type Drain struct {
	// Delay gives load balancers the time to notice, such as "5s". If empty, none.
	Delay string `json:"delay,omitempty"`

	// Timeout is the time after which requests under way are cut off. If empty, 10s.
	Timeout string `json:"timeout,omitempty"`
}

// Check notes everything that is wrong with the section, for a policy with these routes,
// which have been expanded.
func (g Gateway) Check(routes []policy.Route, ps *policy.Problems) {
	for i, address := range g.Listen {
		checkListen(address, element("gateway.listen", i), ps)
	}
	if g.Admin.Listen != "" {
		checkAddress(g.Admin.Listen, "gateway.admin.listen", ps)
	}
	for i, network := range g.TrustedProxies {
		if _, err := netip.ParsePrefix(network); err != nil {
			ps.Add(element("gateway.trustedProxies", i), "%q is not a network such as 10.0.0.0/8", network)
		}
	}
	g.TLS.check(ps)
	checkUpstreams(g.Upstreams, routes, ps)
	g.Timeouts.check(ps)
	g.Limits.check(ps)
	checkRateLimits(g.RateLimits, namesOf(routes), ps)
	g.Redis.check(ps)
	g.Log.check(ps)
	g.Telemetry.check(ps)
	checkDuration(g.Drain.Delay, "gateway.drain.delay", ps)
	checkDuration(g.Drain.Timeout, "gateway.drain.timeout", ps)
}

func (t TLS) check(ps *policy.Problems) {
	if (t.CertFile == "") != (t.KeyFile == "") {
		ps.Add("gateway.tls", "certFile and keyFile come together")
	}
	if t.ClientCAFile != "" && t.CertFile == "" {
		ps.Add("gateway.tls.clientCAFile", "needs the gateway's own certificate and key")
	}
}

func checkAddress(address, path string, ps *policy.Problems) {
	_, port, err := net.SplitHostPort(address)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		ps.Add(path, "%q is not an address such as 127.0.0.1:8080", address)
	}
}

package advice

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/middleware/policy"
)

// OnGateway returns what is doubtful about a section "gateway" beside a policy.
func OnGateway(p policy.Policy, g config.Gateway) []policy.Problem {
	var found policy.Problems
	tokens := tokensFrom(p)
	for i, upstream := range g.Upstreams {
		onIdleTLS(upstream, at("gateway.upstreams", i)+".tls", &found)
		for j, address := range upstream.URLs {
			path := at(at("gateway.upstreams", i)+".urls", j)
			onBackend(address, path, &found)
			if keepsTokens(p, g, upstream) {
				onForeign(address, tokens, path, &found)
			}
		}
	}
	if g.Admin.Pprof && !here(g.Admin.Listen) {
		found.Add("gateway.admin.pprof", "whoever reaches the address sees what is in memory; listen on a loopback address")
	}
	onSecret(g.Redis.Password, "gateway.redis", "password", &found)
	return found
}

// onBackend notes plain connections that leave the operator's own network.
func onBackend(address, path string, found *policy.Problems) {
	if u, err := url.Parse(address); err == nil && u.Scheme == "http" && domain(u.Hostname()) != "" {
		found.Add(path, "tokens and attributes go to %s in the clear; use https", u.Hostname())
	}
}

// onIdleTLS notes what is said of TLS with a backend that is not asked for it.
func onIdleTLS(upstream config.Upstream, path string, found *policy.Problems) {
	secure := func(address string) bool { return strings.HasPrefix(strings.ToLower(address), "https:") }
	if upstream.TLS != (config.UpstreamTLS{}) && !slices.ContainsFunc(upstream.URLs, secure) {
		found.Add(path, "without effect: none of the urls is https")
	}
}

// onForeign notes a backend of somebody else's that gets the callers' tokens: it could use
// them wherever they are good.
func onForeign(address string, tokens []string, path string, found *policy.Problems) {
	backend := domain(host(address))
	if backend == "" || len(tokens) == 0 || slices.Contains(tokens, backend) {
		return
	}
	found.Add(path, "%s gets the callers' tokens of %s with every admitted request; strip them (forward.token) or replace them (forward.credentials)",
		host(address), strings.Join(tokens, ", "))
}

// tokensFrom lists the domains whose tokens the policy accepts.
func tokensFrom(p policy.Policy) []string {
	var from []string
	for _, issuer := range p.Issuers {
		from = append(from, domain(host(issuer.Issuer)))
	}
	for _, server := range p.Introspection {
		from = append(from, domain(host(server.URL)))
	}
	slices.Sort(from)
	from = slices.Compact(from)
	return slices.DeleteFunc(from, func(name string) bool { return name == "" })
}

// keepsTokens tells whether a route whose requests go to an upstream leaves the token in
// them.
func keepsTokens(p policy.Policy, g config.Gateway, upstream config.Upstream) bool {
	var elsewhere []string
	for _, other := range g.Upstreams {
		elsewhere = append(elsewhere, other.Routes...)
	}
	return slices.ContainsFunc(p.Expand().Routes, func(route policy.Route) bool {
		mine := slices.Contains(upstream.Routes, route.Name)
		if len(upstream.Routes) == 0 {
			mine = !slices.Contains(elsewhere, route.Name)
		}
		return mine && route.Forward.Token == "keep" && route.Forward.Credentials.TokenURL == ""
	})
}

// domain is the part of a public host name that one owner has registered; empty for
// addresses and for names that only the operator's own network knows.
func domain(name string) string {
	suffix, listed := publicsuffix.PublicSuffix(name)
	if !listed && !strings.Contains(suffix, ".") || net.ParseIP(name) != nil {
		return ""
	}
	registered, err := publicsuffix.EffectiveTLDPlusOne(name)
	if err != nil {
		return ""
	}
	return registered
}

// here tells whether an address is this machine's alone.
func here(address string) bool {
	name, _, err := net.SplitHostPort(address)
	ip, notIP := netip.ParseAddr(name)
	return err == nil && (name == "localhost" || notIP == nil && ip.IsLoopback())
}

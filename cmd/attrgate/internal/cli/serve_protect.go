package cli

import (
	"cmp"
	"net"
	"net/http"
	"net/netip"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/exchange"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/gateway"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/protect"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/ratelimit"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/redisstore"
	"github.com/attrgate/attrgate/middleware"
)

// prepare makes what is made once, by the section of the first file.
func (s *service) prepare(g config.Gateway) (err error) {
	s.front = protect.NewFront(g, s.metrics.Protection.Shed)
	s.buckets = ratelimit.NewLocal(nil)
	if len(g.Redis.Addresses) > 0 {
		s.redis, err = redisstore.New(g.Redis, s.metrics.Redis(), s.errorLog)
	}
	return err
}

// leaveRedis ends what prepare has begun.
func (s *service) leaveRedis() {
	if s.redis != nil {
		s.redis.Close()
	}
}

// degraded says what is not as it should be, though requests are served.
func (s *service) degraded() []string {
	reasons := s.unwell()
	if s.redis != nil {
		reasons = append(reasons, s.redis.Degraded()...)
	}
	return reasons
}

// options are those of a gate for a file, whose decisions are told. The buckets of its rate limits outlive it.
func (s *service) options(g config.Gateway, decided func(*http.Request, middleware.Decision)) middleware.Options {
	options := middleware.Options{OnDecision: decided}
	if s.redis != nil {
		options.Results, options.Proofs = s.redis, s.redis
	}
	if len(g.RateLimits) > 0 {
		limiter := ratelimit.New(g.RateLimits)
		limiter.Local = s.buckets
		if s.redis != nil {
			limiter.Shared = s.redis
		}
		limiter.Answer = func(r *http.Request) http.Header { return exchange.From(r).Answer }
		limiter.Over = s.metrics.Protection.Limited
		options.RateLimit = limiter.Check
	}
	return options
}

// unguard lets bodies that the gate does not read take their time.
func unguard(r *http.Request, d middleware.Decision) {
	if d.Outcome == middleware.Passed || d.Outcome == middleware.Reported {
		protect.Unguard(r)
	}
}

// limitConnections bounds the connections of all addresses of a server together.
func (s *service) limitConnections(server *gateway.Server, fronts []net.Listener) []net.Listener {
	limits := s.started.Limits
	c := protect.NewConnections(cmp.Or(limits.Connections, 16384))
	c.PerAddress = limits.ConnectionsPerAddress
	c.Trusted = s.trustedProxies
	c.Patience = config.Duration(s.started.Timeouts.Write, "30s")
	c.Count = s.metrics.Protection.Connections
	c.Refused = s.metrics.Protection.Refused
	server.State = c.State
	var limited []net.Listener
	for _, front := range fronts {
		limited = append(limited, c.Listen(front))
	}
	return limited
}

// trustedProxies are those of the file in force.
func (s *service) trustedProxies() []netip.Prefix {
	var networks []netip.Prefix
	for _, text := range s.gate.Gateway().TrustedProxies {
		if network, err := netip.ParsePrefix(text); err == nil { // Check has looked
			networks = append(networks, network)
		}
	}
	return networks
}

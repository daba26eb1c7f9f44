package token

import (
	"fmt"
	"strconv"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
)

// endpoint is a server that is asked about tokens (RFC 7662, section 2), compiled.
type endpoint struct {
	url         string
	issuer      string // empty: any
	terms       terms
	client      *client
	cacheFor    time.Duration
	inactiveFor time.Duration
	timeout     time.Duration
	breaker     *breaker
}

const (
	// maxCacheFor is the latest that a revocation may be seen.
	maxCacheFor = time.Hour

	// defaultInactiveFor is how long a refused token is remembered if the policy says
	// nothing.
	defaultInactiveFor = 5 * time.Second

	// maxTimeout is the longest time that an endpoint may be given.
	maxTimeout = 30 * time.Second
)

// setEndpoints compiles the introspection of a policy.
func setEndpoints(v *Verifier, p policy.Policy, names []string, ps *policy.Problems) {
	for i := range p.Introspection {
		path := "introspection[" + strconv.Itoa(i) + "]"
		e := newEndpoint(p.Introspection[i], path, ps)
		e.terms.names = names
		v.endpoints = append(v.endpoints, e)
	}
	ps.OneOf("introspect", orText(p.Introspect, "fallback"), "fallback", "first")
	v.first = p.Introspect == "first"
	if v.first && len(p.Introspection) == 0 {
		ps.Add("introspect", "\"first\", and there is no introspection to come first")
	}
}

func newEndpoint(p policy.Introspection, path string, ps *policy.Problems) *endpoint {
	checkURL(p.URL, path+".url", ps)
	password := newSecret(p.ClientSecret, p.ClientSecretEnv, p.ClientSecretFile, path+".clientSecret", ps)
	e := &endpoint{
		url:         p.URL,
		issuer:      p.Issuer,
		terms:       terms{scopeClaims: []string{"scope"}, endless: true, early: defaultLeeway},
		client:      newClient(p.ClientID, password, orText(p.Auth, "basic"), path, ps),
		cacheFor:    durationWithin(p.CacheFor, 30*time.Second, 0, maxCacheFor, path+".cacheFor", ps),
		inactiveFor: duration(p.InactiveFor, defaultInactiveFor, path+".inactiveFor", ps),
		timeout:     durationWithin(p.Timeout, 2*time.Second, time.Millisecond, maxTimeout, path+".timeout", ps),
		breaker:     sharedBreaker(endpointID(p)),
	}
	if len(p.Audiences) > 0 {
		e.terms.audiences = set(p.Audiences)
	}
	if e.inactiveFor > defaultInactiveFor && e.inactiveFor > e.cacheFor {
		ps.Add(path+".inactiveFor", "at most cacheFor or %s, whichever is longer", defaultInactiveFor)
	}
	return e
}

// endpointID is a digest of an endpoint's configuration.
func endpointID(p policy.Introspection) string {
	return fingerprint("", []byte(fmt.Sprintf("%q", p)))
}

func orText(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}

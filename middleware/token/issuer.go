package token

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
)

// issuer is an authorization server whose JWTs are accepted, compiled.
type issuer struct {
	name       string
	terms      terms
	algorithms map[string]algorithm
	types      map[string]bool
	secret     *secret // nil: the keys are public ones
	pinned     []*key
	remote     *keySet      // nil if keys are pinned
	headers    atomic.Value // map[string]*header: see headerOf
}

const (
	// defaultLeeway is the clock difference that is forgiven if the policy says nothing.
	defaultLeeway = 30 * time.Second

	// maxLeeway bounds the clock difference that an operator can forgive.
	maxLeeway = 5 * time.Minute
)

func newIssuer(p policy.Issuer, path string, ps *policy.Problems) *issuer {
	leeway := durationWithin(p.Leeway, defaultLeeway, 0, maxLeeway, path+".leeway", ps)
	is := &issuer{
		name: p.Issuer,
		terms: terms{
			audiences:   set(p.Audiences),
			scopeClaims: orList(p.ScopeClaims, []string{"scope", "scp"}),
			late:        leeway,
			early:       leeway,
			maxAge:      duration(p.MaxAge, 0, path+".maxAge", ps),
		},
		algorithms: map[string]algorithm{},
		types:      map[string]bool{},
	}
	checkURL(p.Issuer, path+".issuer", ps)
	if len(p.Audiences) == 0 {
		ps.Add(path+".audiences", "required: the names by which the issuer's tokens mean this API")
	}
	if p.Secret+p.SecretEnv+p.SecretFile != "" {
		is.secret = newSecret(p.Secret, p.SecretEnv, p.SecretFile, path+".secret", ps)
	}
	setAlgorithms(is, p, path, ps)
	for _, typ := range orList(p.TokenTypes, []string{"", "JWT", "at+jwt"}) {
		is.types[mediaType(typ)] = true
	}
	setKeys(is, p, path, ps)
	return is
}

// setAlgorithms keeps issuers with a secret and issuers with public keys apart: a public
// key must never be taken for a secret (RFC 8725, section 2.1).
func setAlgorithms(is *issuer, p policy.Issuer, path string, ps *policy.Problems) {
	names := orList(p.Algorithms, []string{"RS256", "PS256", "ES256", "EdDSA"})
	if is.secret != nil {
		names = orList(p.Algorithms, []string{"HS256"})
	}
	for i, name := range names {
		alg, known := algorithmOf(name)
		at := path + ".algorithms[" + strconv.Itoa(i) + "]"
		switch {
		case !known:
			ps.Add(at, "%q is none of RS256 to RS512, PS256 to PS512, ES256 to ES512, EdDSA, HS256 to HS512", name)
		case alg.kty == symmetric && is.secret == nil:
			ps.Add(at, "%s needs a secret", name)
		case alg.kty != symmetric && is.secret != nil:
			ps.Add(at, "%s needs public keys, and the issuer has a secret", name)
		case alg.kty == symmetric && p.Secret != "" && len(p.Secret) < alg.size:
			ps.Add(path+".secret", "%s needs at least %d bytes (RFC 7518, section 3.2)", name, alg.size)
		}
		is.algorithms[name] = alg
	}
}

func setKeys(is *issuer, p policy.Issuer, path string, ps *policy.Problems) {
	if is.secret != nil {
		if len(p.Keys) > 0 || p.JWKSURL != "" {
			ps.Add(path+".secret", "an issuer has a secret or public keys; leave out keys and jwksURL")
		}
		return
	}
	for i, pinned := range p.Keys {
		k, err := parsePinned(pinned)
		if err != nil {
			ps.Add(path+".keys["+strconv.Itoa(i)+"]", "%v", err)
			continue
		}
		is.pinned = append(is.pinned, k)
	}
	if len(p.Keys) > 0 {
		if p.JWKSURL != "" {
			ps.Add(path+".keys", "keys are pinned and published; leave out one of keys and jwksURL")
		}
		return
	}
	if p.JWKSURL != "" {
		checkURL(p.JWKSURL, path+".jwksURL", ps)
	}
	is.remote = sharedKeySet(p.Issuer, p.JWKSURL, newTiming(p, path, ps))
}

func newTiming(p policy.Issuer, path string, ps *policy.Problems) timing {
	return timing{
		freshFor: durationWithin(p.KeysFreshFor, 5*time.Minute, time.Second, time.Hour, path+".keysFreshFor", ps),
		staleFor: durationWithin(p.KeysStaleFor, time.Hour, 0, 24*time.Hour, path+".keysStaleFor", ps),
		floor:    durationWithin(p.KeysFloor, 10*time.Second, time.Second, time.Hour, path+".keysFloor", ps),
	}
}

// checkURL asks for https, except on a loopback address, where there is nobody between.
func checkURL(raw, at string, ps *policy.Problems) {
	if raw == "" {
		ps.Add(at, "required, such as \"https://idp.example.com\"")
		return
	}
	if err := trustedURL(raw); err != "" {
		ps.Add(at, "%s", err)
	}
}

// trustedURL says what keeps a URL from being one to take keys from; "" if nothing does.
func trustedURL(raw string) string {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Fragment != "":
		return "must be an absolute URL without credentials and fragment"
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return "http is accepted on a loopback address only; use https"
	case u.Scheme != "https" && u.Scheme != "http":
		return "must be an https URL"
	}
	return ""
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && net.IP(address.AsSlice()).IsLoopback()
}

func duration(value string, fallback time.Duration, at string, ps *policy.Problems) time.Duration {
	if value == "" {
		return fallback
	}
	d, err := time.ParseDuration(value)
	if err != nil || d < 0 {
		ps.Add(at, "%q is not a duration such as 30s or 1h", value)
	}
	return d
}

func durationWithin(value string, fallback, least, most time.Duration, at string, ps *policy.Problems) time.Duration {
	d := duration(value, fallback, at, ps)
	if d < least || d > most {
		ps.Add(at, "%s is not between %s and %s", d, least, most)
	}
	return d
}

// mediaType writes a typ for comparison: without letter case, and without "application/"
// (RFC 7515, section 4.1.9).
func mediaType(typ string) string {
	return strings.TrimPrefix(strings.ToLower(typ), "application/")
}

func set(words []string) map[string]bool {
	s := map[string]bool{}
	for _, w := range words {
		s[w] = true
	}
	return s
}

func orList(value, fallback []string) []string {
	if len(value) == 0 {
		return fallback
	}
	return value
}

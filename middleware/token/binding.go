package token

import (
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
)

// Binding checks that a token which is bound to a key (RFC 9449) or to a certificate (RFC
// 8705) is sent by whoever has it. It is built once and safe for concurrent use.
type Binding struct {
	algorithms map[string]algorithm // of proofs
	names      []string             // of the algorithms, in the policy's order
	age        time.Duration        // of the oldest proof
	origins    map[string]bool      // under which clients know the gate; empty: as they say
	header     string               // in which a proxy sends the certificate; empty: none does
	proxies    []netip.Prefix       // that are believed
	proofs     Proofs               // of several processes; nil: of this one
}

// maxProofAge bounds how long a proof may be good.
const maxProofAge = 10 * time.Minute

// NewBinding compiles the fields dpop and mtls of a policy; what is wrong goes to ps.
func NewBinding(p policy.Policy, ps *policy.Problems) *Binding {
	b := &Binding{
		algorithms: map[string]algorithm{},
		names:      orList(p.DPoP.Algorithms, []string{"ES256", "EdDSA"}),
		age:        durationWithin(p.DPoP.ProofAge, time.Minute, time.Second, maxProofAge, "dpop.proofAge", ps),
		origins:    map[string]bool{},
		header:     http.CanonicalHeaderKey(p.MTLS.Header),
	}
	for i, name := range b.names {
		alg, known := algorithmOf(name)
		if !known || alg.kty == symmetric {
			ps.Add("dpop.algorithms["+strconv.Itoa(i)+"]", "%q is none of RS256 to RS512, PS256 to PS512, ES256 to ES512, EdDSA", name)
		}
		b.algorithms[name] = alg
	}
	for i, text := range p.DPoP.Origins {
		b.origins[parseOrigin(text, "dpop.origins["+strconv.Itoa(i)+"]", ps)] = true
	}
	b.proxies = parseProxies(p.MTLS, ps)
	return b
}

// Algorithms lists the accepted algorithms of proofs, as a challenge does (RFC 9449,
// section 7.1).
func (b *Binding) Algorithms() string { return strings.Join(b.names, " ") }

// CheckBinding makes sure that a verified token is sent under the scheme that it is for,
// with a proof of its key and with its certificate, as its confirmation asks. A proof is
// good once. There is no need to call it for a token that has no confirmation and is not
// under the scheme DPoP.
//
// ErrScheme, ErrBinding, ErrProof; ErrUnavailable: the proof cannot be remembered.
func CheckBinding(b *Binding, sent Sent, claims *Claims, now time.Time) error {
	wanted := Confirmation{}
	if claims.Confirmation != nil {
		wanted = *claims.Confirmation
	}
	if sent.DPoP != (wanted.Key != "") {
		return ErrScheme
	}
	if wanted.Certificate != "" && !holdsCertificate(b, sent.Request, wanted.Certificate) {
		return ErrBinding
	}
	if wanted.Key == "" {
		return nil
	}
	return checkProof(b, sent, wanted.Key, now)
}

// parseOrigin reads the scheme and host under which clients know the gate.
func parseOrigin(text, at string, ps *policy.Problems) string {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || text != u.Scheme+"://"+u.Host {
		ps.Add(at, "%q is not a scheme and a host alone, such as \"https://api.example.com\"", text)
		return ""
	}
	return origin(u.Scheme, u.Host)
}

// origin writes a scheme and a host in one form: small letters, and no port where it is
// the scheme's own (RFC 3986, sections 6.2.2.1 and 6.2.3).
func origin(scheme, host string) string {
	scheme = strings.ToLower(scheme)
	host = strings.TrimSuffix(strings.ToLower(host), ":")
	if scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	}
	if scheme == "http" {
		host = strings.TrimSuffix(host, ":80")
	}
	return scheme + "://" + host
}

package replay

import (
	"slices"

	"github.com/attrgate/attrgate/middleware/policy"
)

// The issuer of the tokens that stand in for those which the log does not hold. The name
// cannot be anybody's (RFC 2606).
const (
	ownIssuer   = "https://replay.invalid"
	ownAudience = "replay"
	ownScheme   = "Attrgate-Replay"
)

// offline returns a policy that decides as p does and asks nobody: the issuers whose keys
// would have to be fetched, or all of them, are replaced by ones that sign with our key.
func offline(p policy.Policy, o *office) policy.Policy {
	p = p.Expand()
	p.Issuers = slices.Clone(p.Issuers)
	for i := range p.Issuers {
		p.Issuers[i] = offlineIssuer(p.Issuers[i], o)
	}
	p.Issuers = append(p.Issuers, policy.Issuer{
		Issuer: ownIssuer, Audiences: []string{ownAudience}, Keys: []string{o.signer.Public()}, Algorithms: []string{o.signer.Algorithm()},
	})
	p.Introspection, p.Introspect, p.MTLS = nil, "", policy.MTLS{}
	for i := range p.Routes {
		p.Routes[i].Schemes = append(slices.Clone(p.Routes[i].Schemes), ownScheme)
		p.Routes[i].Forward = policy.Forward{Token: p.Routes[i].Forward.Token}
	}
	return p
}

func offlineIssuer(is policy.Issuer, o *office) policy.Issuer {
	if o.timeless() {
		is.MaxAge = ""
	}
	switch {
	case o.vouches(is):
		is.Keys, is.Algorithms = []string{o.signer.Public()}, []string{o.signer.Algorithm()}
		is.JWKSURL, is.Secret, is.SecretEnv, is.SecretFile = "", "", "", ""
	case !hasSecret(is):
		is.Keys = append(slices.Clone(is.Keys), o.signer.Public())
		is.Algorithms = slices.Clone(algorithms(is))
		if !slices.Contains(is.Algorithms, o.signer.Algorithm()) {
			is.Algorithms = append(is.Algorithms, o.signer.Algorithm())
		}
	}
	return is
}

func hasSecret(is policy.Issuer) bool {
	return is.Secret+is.SecretEnv+is.SecretFile != ""
}

// algorithms are those that an issuer's tokens may be signed with, as policy.Issuer says.
func algorithms(is policy.Issuer) []string {
	switch {
	case len(is.Algorithms) > 0:
		return is.Algorithms
	case hasSecret(is):
		return []string{"HS256"}
	}
	return []string{"RS256", "PS256", "ES256", "EdDSA"}
}

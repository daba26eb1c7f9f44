// Package advice finds what a policy may say and seldom should. Each finding can be met by
// changing the policy: what is a fair choice is not mentioned.
package advice

import (
	"strconv"
	"strings"

	"github.com/attrgate/attrgate/middleware/policy"
)

// On returns what is doubtful about a policy as it is written, with the paths of the fields.
func On(p policy.Policy) []policy.Problem {
	var found policy.Problems
	if p.Lookalikes == "dangerouslyPass" {
		found.Add("lookalikes", "another spelling of a guarded path reaches the backend unchecked; leave it out")
	}
	for i, issuer := range p.Issuers {
		onIssuer(issuer, at("issuers", i), &found)
	}
	for i, server := range p.Introspection {
		onIntrospection(server, at("introspection", i), &found)
	}
	onRelays(p, &found)
	onWeakest(p.DPoP.Algorithms, "dpop.algorithms", &found)
	expanded := p.Expand()
	for i, route := range p.Routes {
		onRoute(route, expanded.Routes[i], at("routes", i), &found)
	}
	return found
}

func onIssuer(issuer policy.Issuer, path string, found *policy.Problems) {
	onPlainHTTP(issuer.Issuer, path+".issuer", found)
	onPlainHTTP(issuer.JWKSURL, path+".jwksURL", found)
	onAudiences(issuer.Audiences, path+".audiences", found)
	onSecret(issuer.Secret, path, "secret", found)
	onShared(issuer, path, found)
	onWeakest(issuer.Algorithms, path+".algorithms", found)
	onUnused(issuer, path+".algorithms", found)
	onTiming(issuer, path, found)
}

func onIntrospection(server policy.Introspection, path string, found *policy.Problems) {
	onPlainHTTP(server.URL, path+".url", found)
	onSecret(server.ClientSecret, path, "clientSecret", found)
	onAudiences(server.Audiences, path+".audiences", found)
	if len(server.Audiences) == 0 {
		found.Add(path, "no audiences: every token that the server calls active is accepted, whichever API it is for")
	}
}

// onAudiences notes an empty name, such as a template leaves of a variable that is not set.
func onAudiences(audiences []string, path string, found *policy.Problems) {
	for i, name := range audiences {
		if name == "" {
			found.Add(at(path, i), "an empty name means no API; leave it out")
		}
	}
}

// onPlainHTTP notes what the gate accepts for trying things out: http on a loopback address.
func onPlainHTTP(url, path string, found *policy.Problems) {
	if strings.HasPrefix(url, "http://") {
		found.Add(path, "http on this machine is for trying things out; elsewhere it is refused")
	}
}

func onSecret(secret, path, name string, found *policy.Problems) {
	if secret != "" {
		found.Add(path+"."+name, "whoever reads the policy reads the secret; use %sEnv or %[1]sFile", name)
	}
}

func onRoute(written, expanded policy.Route, path string, found *policy.Problems) {
	if written.Mode == "report" {
		found.Add(path+".mode", "nothing is refused on this route; leave it out once the decisions look right")
	}
	if len(expanded.Scopes) == 0 && expanded.Match != "" {
		found.Add(path, "no scopes: every valid token may call this route, whatever it was granted")
	}
	unwrap := written.Keys.Unwrap
	if written.API == policy.SalesIQCustomInfo && unwrap != nil && !*unwrap {
		found.Add(path+".keys.unwrap", "a rule for Model does not see %%visitor.custominfo.Model%%, as SalesIQ bots write the key; leave it out")
	}
	onRules(expanded, path+".attributes", found)
	onForward(written.Forward, path+".forward", found)
}

func onForward(f policy.Forward, path string, found *policy.Problems) {
	if f.Token != "" && f.Credentials.TokenURL != "" {
		found.Add(path+".token", "without effect: credentials replace the caller's token either way; leave it out")
	}
	onPlainHTTP(f.Credentials.TokenURL, path+".credentials.tokenURL", found)
	onSecret(f.Credentials.ClientSecret, path+".credentials", "clientSecret", found)
	onSecret(f.Credentials.RefreshToken, path+".credentials", "refreshToken", found)
}

func at(list string, index int) string {
	return list + "[" + strconv.Itoa(index) + "]"
}

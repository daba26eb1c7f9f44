package advice

import (
	"net/url"

	"github.com/attrgate/attrgate/middleware/policy"
)

// onRelays notes tokens that are shown to a host they are not from: whoever runs it could
// use them.
func onRelays(p policy.Policy, found *policy.Problems) {
	for _, issuer := range p.Issuers {
		for _, server := range p.Introspection {
			if p.Introspect == "first" && foreign(issuer.Issuer, server.URL) {
				found.Add("introspect", "tokens of %s are shown to %s; leave it out, and only tokens of no issuer here are",
					host(issuer.Issuer), host(server.URL))
			}
		}
	}
	for i, server := range p.Introspection {
		if i > 0 && foreign(p.Introspection[0].URL, server.URL) {
			found.Add(at("introspection", i)+".url", "tokens that %s knows are shown to %s first; use a policy for each",
				host(server.URL), host(p.Introspection[0].URL))
		}
	}
}

func foreign(a, b string) bool {
	return host(a) != host(b) && host(a) != "" && host(b) != ""
}

// host is empty where the gate finds a problem.
func host(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

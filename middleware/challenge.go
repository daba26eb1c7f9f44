package middleware

import (
	"errors"
	"strconv"
	"strings"

	"github.com/attrgate/attrgate/middleware/token"
)

// setChallenges writes what a route's values of WWW-Authenticate have in common (RFC 6750,
// section 3; RFC 9449, section 7.1; RFC 9728, section 5.1).
func setChallenges(rt *route, binding *token.Binding, resource *token.Resource) {
	common := ` realm="attrgate"`
	if scope := rt.scopes.String(); scope != "" {
		common += `, scope="` + quotable(scope) + `"`
	}
	if resource != nil {
		common += `, resource_metadata="` + quotable(resource.URL) + `"`
	}
	rt.challenge = preferred(rt.schemes) + common
	rt.dpop = "DPoP" + common + `, algs="` + quotable(binding.Algorithms()) + `"`
	rt.accepted = strings.Join(rt.schemes, " or ")
	if rt.bound {
		rt.accepted += " or DPoP, bound to its sender"
	}
}

// preferred is Bearer, the scheme that challenges are defined for, wherever it is accepted.
func preferred(schemes []string) string {
	for _, s := range schemes {
		if strings.EqualFold(s, "Bearer") {
			return "Bearer"
		}
	}
	return schemes[0]
}

// challenges are the values of WWW-Authenticate for a refusal; code and cause may be empty.
// DPoP is offered where the sender used it, or has to. An error belongs to the scheme that
// was used (RFC 9449, section 7.2).
func challenges(rt *route, sent token.Sent, code string, cause error) []string {
	failure := ""
	if code != "" {
		failure = `, error="` + code + `"`
	}
	if cause != nil {
		failure += `, error_description="` + quotable(cause.Error()) + `"`
	}
	switch {
	case sent.DPoP:
		return []string{rt.challenge, rt.dpop + failure}
	case rt.bound || errors.Is(cause, token.ErrScheme):
		return []string{rt.challenge + failure, rt.dpop}
	}
	return []string{rt.challenge + failure}
}

// quotable writes a text with the characters that RFC 6750, section 3, allows between
// quotes: printable ASCII without quote and backslash.
func quotable(text string) string {
	quoted := strconv.QuoteToASCII(text)
	return strings.NewReplacer(`\"`, "'", `\`, "/").Replace(quoted[1 : len(quoted)-1])
}

package coverage

import (
	"reflect"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// outcomes are what a route can make of a request.
func outcomes(p policy.Policy, route policy.Route) []goal {
	goals := []goal{{"admitted", func(d middleware.Decision) bool { return d.Outcome == middleware.Admitted }}}
	for _, code := range codes(p, route) {
		if code == middleware.InvalidPath {
			goals = append(goals, variables(route)...)
			continue
		}
		goals = append(goals, goal{"refused: " + string(code), func(d middleware.Decision) bool {
			return d.Refusal != nil && d.Refusal.Code == code
		}})
	}
	return goals
}

func variables(route policy.Route) []goal {
	var goals []goal
	for _, v := range route.Variables {
		goals = append(goals, goal{"refused: invalid_path, " + v.Name, func(d middleware.Decision) bool {
			return d.Refusal != nil && d.Refusal.Code == middleware.InvalidPath && d.Refusal.Variable == v.Name
		}})
	}
	return goals
}

// codes lists the refusals that a route of an expanded policy is expected to show, in the
// order in which a request can meet them. Left out are those that the policy does not
// speak of.
func codes(p policy.Policy, route policy.Route) []middleware.Code {
	bound := route.SenderConstraint == "require" || !reflect.ValueOf(p.DPoP).IsZero()
	var can []middleware.Code
	for _, c := range []struct {
		code middleware.Code
		can  bool
	}{
		{middleware.AmbiguousPath, p.Lookalikes != "dangerouslyPass"},
		{middleware.InvalidPath, len(route.Variables) > 0},
		{middleware.MethodOverride, true},
		{middleware.TokenMissing, true},
		{middleware.InvalidRequest, true},
		{middleware.InvalidToken, true},
		{middleware.InvalidProof, bound},
		{middleware.VerifierUnavailable, asks(p)},
		{middleware.InsufficientScope, len(route.Scopes) > 0},
		{middleware.UnsupportedMediaType, true},
		{middleware.TooLarge, true},
		{middleware.MalformedJSON, true},
		{middleware.InvalidShape, true},
		{middleware.InvalidAttributes, true},
		{middleware.CredentialsUnavailable, route.Forward.Credentials.TokenURL != ""},
	} {
		if c.can {
			can = append(can, c.code)
		}
	}
	return can
}

// asks tells whether somebody else is asked about tokens, or for keys.
func asks(p policy.Policy) bool {
	for _, issuer := range p.Issuers {
		if len(issuer.Keys) == 0 && issuer.Secret+issuer.SecretEnv+issuer.SecretFile == "" {
			return true
		}
	}
	return len(p.Introspection) > 0
}

package policy

import (
	"reflect"
	"strings"
)

// The built-in APIs.
const (
	// SalesIQCustomInfo is Zoho SalesIQ's "Update custom information".
	SalesIQCustomInfo = "salesiq-custom-info"

	// ExpertFlowChannelSession is ExpertFlow CX's "Channel Session Update Data".
	ExpertFlowChannelSession = "expertflow-channel-session"
)

// identifier is ours, not the vendors': neither documents the form of its ids.
const identifier = "[A-Za-z0-9_-]{1,64}"

// Builtin returns the built-in route of an API, and whether there is one.
func Builtin(api string) (Route, bool) {
	switch api {
	case SalesIQCustomInfo:
		return salesIQ(), true
	case ExpertFlowChannelSession:
		return expertFlow(), true
	}
	return Route{}, false
}

func salesIQ() Route {
	unwrap := true
	return Route{
		API:   SalesIQCustomInfo,
		Name:  "custom-info",
		Match: "PUT /api/v2/{screen_name}/conversations/{conversation_id}",
		Variables: []Variable{
			{Name: "screen_name", Pattern: "[A-Za-z0-9][A-Za-z0-9_.-]{0,99}"},
			{Name: "conversation_id", Pattern: identifier},
		},
		Scopes:      []string{"SalesIQ.conversations.UPDATE"},
		ScopeSyntax: "zoho",
		Schemes:     []string{"Bearer", "Zoho-oauthtoken"},
		Body:        Body{Shape: "object", Path: "customer_info"},
		Keys:        Keys{Unwrap: &unwrap, Reserved: []string{"name", "email", "phone"}},
		Limits:      Limits{Attributes: 50},
	}
}

func expertFlow() Route {
	return Route{
		API:       ExpertFlowChannelSession,
		Name:      "channel-session",
		Match:     "PUT /forms/{channelSessionId}",
		Variables: []Variable{{Name: "channelSessionId", Pattern: identifier}},
		Scopes:    []string{"channel-session:update"},
		Schemes:   []string{"Bearer"},
		Body:      Body{Shape: "list"},
		Limits:    Limits{Attributes: 10},
	}
}

// Expand returns the policy with every default written out: both built-in routes if it
// has none, and each route completed from its API. A route whose API is unknown is left
// as it is.
func (p Policy) Expand() Policy {
	if len(p.Routes) == 0 {
		p.Routes = []Route{{API: SalesIQCustomInfo}, {API: ExpertFlowChannelSession}}
	}
	routes := make([]Route, len(p.Routes))
	for i := range p.Routes {
		routes[i] = expandRoute(p.Routes[i])
	}
	p.Routes = routes
	p.Lookalikes = or(p.Lookalikes, "refuse")
	p.RememberedTokens = orNumber(p.RememberedTokens, 1<<16)
	return p
}

func expandRoute(r Route) Route {
	if base, ok := Builtin(r.API); ok {
		r = inherit(r, base)
	}
	r.Name = or(r.Name, r.Match)
	r.ScopeMatch = or(r.ScopeMatch, "all")
	r.ScopeSyntax = or(r.ScopeSyntax, "oauth")
	r.Schemes = orList(r.Schemes, []string{"Bearer"})
	r.SenderConstraint = or(r.SenderConstraint, "optional")
	r.Keys.Style = or(r.Keys.Style, "preserve")
	r.Keys.OnReserved = or(r.Keys.OnReserved, "refuse")
	r.Keys.OnCollision = or(r.Keys.OnCollision, "refuse")
	r.Unknown = or(r.Unknown, "allow")
	r.Types = or(r.Types, "strict")
	r.Nested = or(r.Nested, "leaves")
	r.OnSensitive = or(r.OnSensitive, "refuse")
	r.Body.KeyMember = or(r.Body.KeyMember, "key")
	r.Body.TypeMember = or(r.Body.TypeMember, "type")
	r.Body.ValueMember = or(r.Body.ValueMember, "value")
	r.Keys.Prefix = or(r.Keys.Prefix, "custom_")
	r.Mode = or(r.Mode, "enforce")
	r.Errors = or(r.Errors, "problem")
	r.Forward.Token = or(r.Forward.Token, "keep")
	if !reflect.ValueOf(r.Forward.Credentials).IsZero() {
		r.Forward.Credentials = expandCredentials(r.Forward.Credentials)
	}
	r.Limits.BodyBytes = orNumber(r.Limits.BodyBytes, 1<<20)
	r.Limits.Depth = orNumber(r.Limits.Depth, 16)
	r.Limits.Attributes = orNumber(r.Limits.Attributes, 50)
	r.Limits.NameLength = orNumber(r.Limits.NameLength, 100)
	r.Limits.ValueLength = orNumber(r.Limits.ValueLength, 2000)
	return r
}

func expandCredentials(c Credentials) Credentials {
	c.Grant = or(c.Grant, "client_credentials")
	c.Auth = or(c.Auth, "post")
	c.Scheme = or(c.Scheme, "Bearer")
	c.MaxPerWindow = orNumber(c.MaxPerWindow, 10)
	c.Window = or(c.Window, "10m")
	return c
}

// inherit fills what r leaves zero from a built-in route.
func inherit(r, base Route) Route {
	r.Name = or(r.Name, base.Name)
	r.Variables = inheritVariables(r, base)
	r.Match = or(r.Match, base.Match)
	r.Scopes = orList(r.Scopes, base.Scopes)
	r.ScopeSyntax = or(r.ScopeSyntax, base.ScopeSyntax)
	r.Schemes = orList(r.Schemes, base.Schemes)
	r.Body.Path = or(r.Body.Path, base.Body.Path)
	r.Body.Shape = or(r.Body.Shape, base.Body.Shape)
	if r.Keys.Unwrap == nil {
		r.Keys.Unwrap = base.Keys.Unwrap
	}
	r.Keys.Reserved = orList(r.Keys.Reserved, base.Keys.Reserved)
	r.Limits.Attributes = orNumber(r.Limits.Attributes, base.Limits.Attributes)
	return r
}

// inheritVariables keeps the built-in patterns of those variables that r's own Match
// still has and r's own Variables do not bind.
func inheritVariables(r, base Route) []Variable {
	match := or(r.Match, base.Match)
	bound := map[string]bool{}
	for _, v := range r.Variables {
		bound[v.Name] = true
	}
	variables := append([]Variable(nil), r.Variables...)
	for _, v := range base.Variables {
		if !bound[v.Name] && strings.Contains(match, "{"+v.Name+"}") {
			variables = append(variables, v)
		}
	}
	return variables
}

func or(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}

func orList(value, fallback []string) []string {
	if len(value) == 0 {
		return fallback
	}
	return value
}

func orNumber[N int | int64](value, fallback N) N {
	if value == 0 {
		return fallback
	}
	return value
}

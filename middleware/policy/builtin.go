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

// Builtin returns the built-in route of an API, and whether there is one. What every route
// has by default is left zero: see Policy.Expand.
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
	}
}

func expertFlow() Route {
	return Route{
		API:       ExpertFlowChannelSession,
		Name:      "channel-session",
		Match:     "PUT /forms/{channelSessionId}",
		Variables: []Variable{{Name: "channelSessionId", Pattern: identifier}},
		Scopes:    []string{"channel-session:update"},
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
	fill(reflect.ValueOf(&p).Elem(), reflect.ValueOf(Policy{Lookalikes: "refuse", RememberedTokens: 1 << 16}))
	return p
}

func expandRoute(r Route) Route {
	if base, ok := Builtin(r.API); ok {
		own := r.Variables
		fill(reflect.ValueOf(&r).Elem(), reflect.ValueOf(base))
		r.Variables = inheritVariables(own, base.Variables, r.Match)
	}
	if r.Name == "" {
		r.Name = r.Match
	}
	fill(reflect.ValueOf(&r).Elem(), reflect.ValueOf(defaultRoute()))
	if c := reflect.ValueOf(&r.Forward.Credentials).Elem(); !c.IsZero() {
		fill(c, reflect.ValueOf(defaultCredentials()))
	}
	return r
}

// defaultRoute is what every route has that says nothing else.
func defaultRoute() Route {
	return Route{
		ScopeMatch:       "all",
		ScopeSyntax:      "oauth",
		Schemes:          []string{"Bearer"},
		SenderConstraint: "optional",
		Body:             Body{KeyMember: "key", TypeMember: "type", ValueMember: "value"},
		Keys:             Keys{Style: "preserve", Prefix: "custom_", OnReserved: "refuse", OnCollision: "refuse"},
		Unknown:          "allow",
		Types:            "strict",
		Nested:           "leaves",
		OnSensitive:      "refuse",
		Limits:           Limits{BodyBytes: 1 << 20, Depth: 16, Attributes: 50, NameLength: 100, ValueLength: 2000},
		Mode:             "enforce",
		Errors:           "problem",
		Forward:          Forward{Token: "keep"},
	}
}

func defaultCredentials() Credentials {
	return Credentials{Grant: "client_credentials", Auth: "post", Scheme: "Bearer", MaxPerWindow: 10, Window: "10m"}
}

// fill gives each field of a struct that says nothing what the same field of base says.
func fill(v, base reflect.Value) {
	for i := 0; i < v.NumField(); i++ {
		field := v.Field(i)
		switch {
		case field.Kind() == reflect.Struct:
			fill(field, base.Field(i))
		case field.IsZero() || (field.Kind() == reflect.Slice && field.Len() == 0):
			field.Set(base.Field(i))
		}
	}
}

// inheritVariables keeps the built-in patterns of those variables that match, which may be
// the policy's own, has, and that the policy does not bind itself.
func inheritVariables(own, builtin []Variable, match string) []Variable {
	bound := map[string]bool{}
	for _, v := range own {
		bound[v.Name] = true
	}
	variables := append([]Variable(nil), own...)
	for _, v := range builtin {
		if !bound[v.Name] && strings.Contains(match, "{"+v.Name+"}") {
			variables = append(variables, v)
		}
	}
	return variables
}

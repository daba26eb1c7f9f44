package openapi

import (
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
	"github.com/attrgate/attrgate/middleware/policy"
)

// operation describes a route. The variables are those of its path as it is written there.
func (v *values) operation(variables []string) *tree.Node {
	r := v.route
	description := v.wordsOf()
	if r.Mode == "report" {
		description += "\nThis route only reports: nothing is refused."
	}
	op := tree.NewMap(tree.F("operationId", v.id), tree.F("summary", r.Name), tree.F("description", description))
	if parameters := v.parameters(variables); len(parameters) > 0 {
		op.Add("parameters", parameters)
	}
	op.Add("requestBody", tree.NewMap(
		tree.F("required", true),
		tree.F("content", tree.Nest(v.bodySchema(), "application/json", "schema")),
	))
	op.Add("responses", responses(r))
	op.Add("security", security(r))
	return op
}

// parameters are the variables of the route's path. Those of a path that another route has
// written first are named as there.
func (v *values) parameters(names []string) []*tree.Node {
	patterns := map[string]string{}
	for _, variable := range v.route.Variables {
		patterns[variable.Name] = variable.Pattern
	}
	var all []*tree.Node
	for i, own := range variablesOf(v.route.Match) {
		schema := typed("string")
		parameter := tree.NewMap(tree.F("name", names[i]), tree.F("in", "path"), tree.F("required", true))
		if pattern := patterns[own]; pattern != "" {
			parameter.Add("description", "The whole segment matches the regular expression (RE2) "+pattern+" .")
			if said, ok := dialect(pattern); ok {
				schema.Add("pattern", said)
			}
		}
		parameter.Add("schema", schema)
		all = append(all, parameter)
	}
	return all
}

func variablesOf(match string) []string {
	var names []string
	for _, segment := range strings.Split(match, "/") {
		if strings.HasPrefix(segment, "{") {
			names = append(names, strings.Trim(segment, "{}"))
		}
	}
	return names
}

// security lists what a caller may show, each with the scopes that it must carry.
func security(r policy.Route) []*tree.Node {
	var all []*tree.Node
	for _, scheme := range schemes(r) {
		if r.ScopeMatch == "any" && len(r.Scopes) > 0 {
			for _, scope := range r.Scopes {
				all = append(all, tree.NewMap(tree.F(schemeName(scheme), []string{scope})))
			}
			continue
		}
		all = append(all, tree.NewMap(tree.F(schemeName(scheme), r.Scopes)))
	}
	return all
}

// schemes are those of the Authorization header; tokens that are bound to a key have DPoP.
func schemes(r policy.Route) []string {
	if r.SenderConstraint == "require" {
		return append([]string{"DPoP"}, r.Schemes...)
	}
	return r.Schemes
}

func schemeName(scheme string) string {
	return strings.ToLower(unsafeInName.ReplaceAllString(scheme, "-"))
}

func securityScheme(scheme string) *tree.Node {
	s := tree.NewMap(tree.F("type", "http"), tree.F("scheme", strings.ToLower(scheme)))
	if strings.EqualFold(scheme, "Bearer") {
		s.Add("bearerFormat", "JWT")
	}
	s.Add("description", "An OAuth 2.0 access token, as Authorization: "+scheme+" TOKEN. A token that is bound to a key or a certificate needs its proof.")
	return s
}

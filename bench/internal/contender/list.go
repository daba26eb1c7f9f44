package contender

import "github.com/attrgate/attrgate/bench/internal/sample"

// Names that others refer to.
const (
	Alone       = "the handler alone"
	Remembered  = "attrgate, token remembered"
	Unchanged   = "attrgate, token remembered, nothing to rewrite"
	Checked     = "attrgate, signature checked each time"
	TokenOnly   = "golang-jwt + keyfunc"
	WithOpenAPI = "golang-jwt + keyfunc + kin-openapi"
)

// All returns the contenders in the order of the tables. The first is the handler alone.
func All() []Contender {
	return append([]Contender{
		{Name: Alone, Build: alone},
		{Name: Remembered, Does: sample.Whole, Build: attrgate},
		{Name: Unchanged, Does: sample.Whole, Build: attrgate, Body: sample.Plain},
		{Name: Checked, Does: sample.Whole, Build: attrgate, Fresh: true},
		{Name: TokenOnly, Library: "github.com/golang-jwt/jwt/v5", Does: sample.Scope, Build: golangJWT},
		{Name: "go-oidc", Library: "github.com/coreos/go-oidc/v3", Does: sample.Scope, Build: goOIDC},
		{Name: "jwx", Library: "github.com/lestrrat-go/jwx/v3", Does: sample.Scope, Build: jwx},
		{Name: WithOpenAPI, Library: "github.com/getkin/kin-openapi", Does: sample.Whole, Build: kinOpenAPI},
		{Name: "golang-jwt + keyfunc + oapi-codegen", Library: "github.com/oapi-codegen/nethttp-middleware", Does: sample.Whole, Build: oapiCodegen},
		{Name: "golang-jwt + keyfunc + jsonschema", Library: "github.com/santhosh-tekuri/jsonschema/v6", Does: sample.Whole, Build: jsonSchema},
		{Name: "golang-jwt + keyfunc + OPA Rego", Library: "github.com/open-policy-agent/opa", Does: sample.Whole, Build: regoRules},
	}, heavy()...)
}

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
	return []Contender{
		{Name: Alone, Build: alone},
		{Name: Remembered, Does: Whole, Build: attrgate},
		{Name: Unchanged, Does: Whole, Build: attrgate, Body: sample.Plain},
		{Name: Checked, Does: Whole, Build: forgetful, Fresh: true},
		{Name: TokenOnly, Library: "github.com/golang-jwt/jwt/v5", Does: Token, Build: golangJWT},
		{Name: "go-oidc", Library: "github.com/coreos/go-oidc/v3", Does: Token, Build: goOIDC},
		{Name: "jwx", Library: "github.com/lestrrat-go/jwx/v3", Does: Token, Build: jwx},
		{Name: WithOpenAPI, Library: "github.com/getkin/kin-openapi", Does: Whole, Build: kinOpenAPI},
		{Name: "golang-jwt + keyfunc + oapi-codegen", Library: "github.com/oapi-codegen/nethttp-middleware", Does: Whole, Build: oapiCodegen},
		{Name: "golang-jwt + keyfunc + jsonschema", Library: "github.com/santhosh-tekuri/jsonschema/v6", Does: Whole, Build: jsonSchema},
		{Name: "golang-jwt + keyfunc + OPA Rego", Library: "github.com/open-policy-agent/opa", Does: Whole, Build: regoRules},
		{Name: "golang-jwt + keyfunc + libopenapi", Library: "github.com/pb33f/libopenapi-validator", Does: Whole, Build: libOpenAPI},
	}
}

package sample

import (
	_ "embed" // the documents below
	"encoding/json"

	"github.com/attrgate/attrgate/middleware/policy"
)

// The rules of Policy in the words of others.
var (
	//go:embed openapi.json
	openAPI []byte
	//go:embed schema.json
	schema []byte
	//go:embed rules.rego
	rego string
)

// OpenAPI describes the guarded route, with a schema for its body.
func OpenAPI() []byte { return openAPI }

// Schema is the JSON Schema of the body.
func Schema() []byte { return schema }

// Rego is the module attrgate.bench, whose rule `allow` holds for an input with scope and body
// that are in order.
func Rego() string { return rego }

// Policy guards the route with rules for two attributes, and pins the key.
func (s *Signer) Policy() (policy.Policy, error) {
	key, err := s.PEM()
	return policy.Policy{
		Issuers: []policy.Issuer{{Issuer: Issuer, Audiences: []string{Audience}, Keys: []string{key}}},
		Routes: []policy.Route{{API: policy.SalesIQCustomInfo, Attributes: []policy.Attribute{
			{Name: "Model", Type: "String50"}, {Name: "Branch", Type: "String50"},
		}}},
	}, err
}

// PolicyJSON is Policy as JSON.
func (s *Signer) PolicyJSON() ([]byte, error) {
	p, err := s.Policy()
	if err != nil {
		return nil, err
	}
	return json.Marshal(p)
}

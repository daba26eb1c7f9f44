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

const (
	// Remembered is how few tokens are remembered by those that can be told.
	Remembered = 128

	// FreshTokens is how many tokens take turns where the gate must not remember any: each is
	// forgotten before it comes again.
	FreshTokens = 256
)

// PolicyJSON guards the route with rules for two attributes, and pins the key. How many tokens
// are remembered makes no difference to one that is.
func (s *Signer) PolicyJSON() ([]byte, error) {
	key, err := s.PEM()
	if err != nil {
		return nil, err
	}
	type object = map[string]any
	return json.Marshal(object{
		"rememberedTokens": Remembered,
		"issuers":          []object{{"issuer": Issuer, "audiences": []string{Audience}, "keys": []string{key}}},
		"routes": []object{{"api": policy.SalesIQCustomInfo, "attributes": []object{
			{"name": "Model", "type": "String50"}, {"name": "Branch", "type": "String50"},
		}}},
	})
}

// Policy is PolicyJSON, parsed.
func (s *Signer) Policy() (policy.Policy, error) {
	text, err := s.PolicyJSON()
	if err != nil {
		return policy.Policy{}, err
	}
	return policy.Parse(text)
}

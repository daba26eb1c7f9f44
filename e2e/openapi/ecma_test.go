package openapi

import (
	"github.com/dlclark/regexp2"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// ecma is a pattern in the dialect of JSON Schema: ECMA-262, with the flag u.
type ecma struct{ *regexp2.Regexp }

// MatchString implements jsonschema.Regexp.
func (e ecma) MatchString(text string) bool {
	matched, err := e.Regexp.MatchString(text)
	return err == nil && matched
}

func compileECMA(pattern string) (jsonschema.Regexp, error) {
	compiled, err := regexp2.Compile(pattern, regexp2.ECMAScript|regexp2.Unicode)
	return ecma{compiled}, err
}

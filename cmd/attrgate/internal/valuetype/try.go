// Package valuetype tells what the value types of a policy accept, by asking the gate.
package valuetype

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/probe"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

const (
	// Strict is the rule set that holds where a policy names none.
	Strict = "strict"
	// Documented is the rule set of the vendor's own patterns.
	Documented = "documented"
)

// Rule is a value type in a rule set, as a gate has it.
type Rule struct {
	gate *probe.Probe
}

// New returns the rule of a value type. It returns an error if there is no such type.
func New(rules, name string) (*Rule, error) {
	gate, err := probe.New(policy.Route{
		Body: policy.Body{Shape: "object"}, Types: rules,
		Attributes: []policy.Attribute{{Name: "value", Type: name}},
	})
	if problems := (policy.Problems)(nil); errors.As(err, &problems) {
		return nil, errors.New(problems[0].Message)
	}
	return &Rule{gate}, err
}

// Try holds a JSON value against the rule and returns what it breaks, with pointers into the
// value. It returns an error if the value is no JSON that a gate would read.
func (r *Rule) Try(value []byte) ([]policy.Violation, error) {
	if !json.Valid(value) {
		return nil, errors.New("the value is not one JSON value")
	}
	decision, err := r.gate.Ask(`{"value":` + string(value) + `}`)
	if err != nil {
		return nil, err
	}
	return violations(decision)
}

func violations(d middleware.Decision) ([]policy.Violation, error) {
	if d.Refusal == nil {
		return nil, nil
	}
	if d.Refusal.Code != middleware.InvalidAttributes {
		return nil, errors.New(d.Refusal.Detail)
	}
	found := d.Refusal.Violations
	for i := range found {
		found[i].Pointer = strings.TrimPrefix(found[i].Pointer, "/value")
	}
	return found, nil
}

// Text returns a text as a JSON value.
func Text(text string) []byte {
	value, _ := json.Marshal(text) // a string: cannot fail
	return value
}

package openapi

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
	"github.com/attrgate/attrgate/middleware/policy"
)

// ruleSchema refers to the schema of the values that a rule accepts.
func (v *values) ruleSchema(rule policy.Attribute) *tree.Node {
	name := rule.Name
	if name == "" {
		name = rule.NamePattern
	}
	extra, words := constraints(rule)
	if len(extra) == 0 {
		return v.typeSchema(rule.Type)
	}
	all := extra
	if !v.listed() {
		all = append([]*tree.Node{v.typeSchema(rule.Type)}, extra...)
	}
	component := v.component("attribute." + name)
	if v.schemas.Get(component) == nil {
		v.schemas.Add(component, tree.NewMap(tree.F("description", strings.Join(words, " ")), tree.F("allOf", all)))
	}
	return reference(component)
}

// listed tells whether attributes declare their types themselves.
func (v *values) listed() bool { return v.route.Body.Shape == "list" && !v.route.Body.Untyped }

// constraints are what a rule says besides its type. They hold for the text of a value: what
// is no string is only bound by the list of values here.
func constraints(rule policy.Attribute) (schemas []*tree.Node, words []string) {
	if len(rule.Values) > 0 {
		schemas = append(schemas, tree.NewMap(tree.F("enum", spellings(rule.Values))))
		words = append(words, "One of the listed values.")
	}
	if rule.Pattern != "" {
		words = append(words, fmt.Sprintf("The whole value matches the regular expression (RE2) %s .", rule.Pattern))
		if pattern, ok := dialect(rule.Pattern); ok {
			schemas = append(schemas, tree.NewMap(tree.F("pattern", pattern)))
		} else {
			schemas = append(schemas, tree.NewMap())
		}
	}
	if rule.MinLength > 0 || rule.MaxLength > 0 {
		length := tree.NewMap()
		if rule.MinLength > 0 { // a character has at most two units
			length.Add("minLength", (rule.MinLength+1)/2)
			words = append(words, fmt.Sprintf("At least %d UTF-16 units.", rule.MinLength))
		}
		if rule.MaxLength > 0 {
			length.Add("maxLength", rule.MaxLength)
			words = append(words, fmt.Sprintf("At most %d UTF-16 units.", rule.MaxLength))
		}
		schemas = append(schemas, length)
	}
	return schemas, words
}

// spellings are the JSON values whose text is among the values: as a string, and as what the
// string would be without its quotes.
func spellings(values []string) []*tree.Node {
	var all []*tree.Node
	for _, value := range values {
		all = append(all, tree.New(value))
		if bare, err := tree.Parse([]byte(value)); err == nil && json.Valid([]byte(value)) && bare.Kind != tree.Text {
			all = append(all, bare)
		}
	}
	return all
}

package openapi

import (
	"fmt"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
	"github.com/attrgate/attrgate/middleware/policy"
)

// sized matches the names of the value types with a length.
const sized = `^(?:String|Alphanum|AlphanumSpecial)[1-9][0-9]{0,6}$`

// fixedTypes are the names of the other value types, and documentedSizes the types with a
// length that ExpertFlow documents.
var (
	fixedTypes = []string{
		"Boolean", "Email", "IP", "Number", "Password", "PhoneNumber", "PositiveNumber", "StringList", "URL", "WebChannelData",
	}
	documentedSizes = []string{"Alphanum100", "AlphanumSpecial200", "String50", "String100", "String2000"}
)

// bodySchema is the schema of a route's body.
func (v *values) bodySchema() *tree.Node {
	var s *tree.Node
	if v.route.Body.Shape == "list" {
		s = v.listSchema()
	} else {
		s = v.objectSchema()
	}
	if v.route.Body.DecodeString {
		text := tree.NewMap(tree.F("type", "string"), tree.F("contentMediaType", "application/json"), tree.F("contentSchema", s))
		s = anyOf(s, text)
	}
	if v.route.Body.Path == "" {
		return s
	}
	path := strings.Split(v.route.Body.Path, ".")
	for i := len(path) - 1; i >= 0; i-- {
		s = tree.NewMap(tree.F("type", "object"), tree.F("required", path[i:i+1]), tree.F("properties", tree.NewMap(tree.F(path[i], s))))
	}
	return s
}

func (v *values) objectSchema() *tree.Node {
	s := tree.NewMap(tree.F("type", "object"), tree.F("minProperties", 1), tree.F("maxProperties", v.route.Limits.Attributes))
	properties := tree.NewMap()
	accepted := []*tree.Node{v.typeSchema("")}
	for _, rule := range v.route.Attributes {
		schema := v.ruleSchema(rule)
		accepted = append(accepted, schema)
		if v.checksAll() && rule.Name != "" && isKey(v.route.Keys, rule.Name) {
			properties.Add(rule.Name, schema)
		}
	}
	if len(properties.Fields) > 0 {
		s.Add("properties", properties)
	}
	if v.checksAll() && v.route.Unknown != "drop" {
		s.Add("additionalProperties", anyOf(accepted...))
	}
	if names := v.onlyKeys(); len(names) > 0 {
		s.Add("propertyNames", anyOf(each("pattern", names)...))
	}
	var required []*tree.Node
	for _, pattern := range v.requiredKeys() {
		required = append(required, has(pattern))
	}
	if len(required) > 0 {
		s.Add("allOf", required)
	}
	return s
}

// checksAll tells whether every attribute is held against a rule. Of several with one name,
// those that are dropped are not.
func (v *values) checksAll() bool { return v.route.Keys.OnCollision == "refuse" }

// onlyKeys are patterns for all keys that there may be, or none if that cannot be said.
func (v *values) onlyKeys() []string {
	if v.route.Unknown != "refuse" || len(v.route.Attributes) == 0 {
		return nil
	}
	var patterns []string
	for _, rule := range v.route.Attributes {
		pattern, ok := keysOf(v.route.Keys, rule.Name)
		if rule.NamePattern != "" || !ok {
			return nil
		}
		patterns = append(patterns, pattern)
	}
	return patterns
}

// requiredKeys are patterns of which each must match a key.
func (v *values) requiredKeys() []string {
	var patterns []string
	for _, rule := range v.route.Attributes {
		if pattern, ok := keysOf(v.route.Keys, rule.Name); ok && rule.Required {
			patterns = append(patterns, pattern)
		}
	}
	return patterns
}

func (v *values) listSchema() *tree.Node {
	s := tree.NewMap(tree.F("type", "array"), tree.F("minItems", 1), tree.F("maxItems", v.route.Limits.Attributes))
	s.Add("items", v.elementSchema())
	var required []*tree.Node
	for _, pattern := range v.requiredKeys() {
		key := tree.NewMap(tree.F(v.route.Body.KeyMember, tree.NewMap(tree.F("pattern", pattern))))
		required = append(required, tree.NewMap(tree.F("contains", tree.NewMap(tree.F("properties", key)))))
	}
	if len(required) > 0 {
		s.Add("allOf", required)
	}
	return s
}

func (v *values) elementSchema() *tree.Node {
	members := v.route.Body
	key := typed("string")
	if names := v.onlyKeys(); len(names) > 0 {
		key.Fields = append(key.Fields, anyOf(each("pattern", names)...).Fields...)
	}
	required, properties := []string{members.KeyMember}, tree.NewMap(tree.F(members.KeyMember, key))
	if v.listed() {
		required = append(required, members.TypeMember)
		properties.Add(members.TypeMember, v.typeNames())
	}
	properties.Add(members.ValueMember, tree.NewMap())
	s := tree.NewMap(tree.F("type", "object"), tree.F("required", append(required, members.ValueMember)), tree.F("properties", properties))
	if conditions := v.conditions(); len(conditions) > 0 {
		s.Add("allOf", conditions)
	}
	return s
}

// typeNames is the schema of a declared type.
func (v *values) typeNames() *tree.Node {
	if v.route.TypeAliases || !v.checksAll() || v.route.Unknown == "drop" {
		return typed("string")
	}
	return anyOf(tree.NewMap(tree.F("enum", fixedTypes)), tree.NewMap(tree.F("type", "string"), tree.F("pattern", sized)))
}

// conditions say which values elements may have, by their types and keys.
func (v *values) conditions() []*tree.Node {
	if !v.checksAll() || v.route.Unknown == "drop" && !v.listed() {
		return nil
	}
	var all []*tree.Node
	if v.listed() && v.route.Unknown != "drop" {
		for _, name := range v.declarable() {
			all = append(all, when(v.route.Body.TypeMember, name, tree.NewMap(tree.F(v.route.Body.ValueMember, v.typeSchema(name)))))
		}
	}
	for _, rule := range v.route.Attributes {
		if rule.Name != "" && isKey(v.route.Keys, rule.Name) {
			all = append(all, when(v.route.Body.KeyMember, rule.Name, v.ruleMembers(rule)))
		}
	}
	return all
}

// declarable are the types whose values are described: those that ExpertFlow documents and
// those of the rules.
func (v *values) declarable() []string {
	names := append(append([]string{}, fixedTypes...), documentedSizes...)
	known := map[string]bool{"": true}
	for _, name := range names {
		known[name] = true
	}
	for _, rule := range v.route.Attributes {
		if !known[rule.Type] {
			known[rule.Type] = true
			names = append(names, rule.Type)
		}
	}
	return names
}

// ruleMembers are the members that a rule asks for in the element of its name.
func (v *values) ruleMembers(rule policy.Attribute) *tree.Node {
	members := tree.NewMap()
	if v.listed() && rule.Type != "" && !v.route.TypeAliases {
		members.Add(v.route.Body.TypeMember, tree.NewMap(tree.F("const", rule.Type)))
	}
	if extra, _ := constraints(rule); len(extra) > 0 || !v.listed() {
		members.Add(v.route.Body.ValueMember, v.ruleSchema(rule))
	}
	return members
}

// when holds the members against schemas where a member has a value.
func when(member, value string, members *tree.Node) *tree.Node {
	condition := tree.NewMap(tree.F("required", []string{member}),
		tree.F("properties", tree.NewMap(tree.F(member, tree.NewMap(tree.F("const", value))))))
	return tree.NewMap(tree.F("if", condition), tree.F("then", tree.NewMap(tree.F("properties", members))))
}

// limits says in words what no schema can.
func (v *values) limits() string {
	l := v.route.Limits
	return fmt.Sprintf("At most %d bytes, %d levels deep, with %d attributes. Names have at most %d UTF-16 units, strings without a type %d.",
		l.BodyBytes, l.Depth, l.Attributes, l.NameLength, l.ValueLength)
}

package openapi

import (
	"regexp"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/valuetype"
	"github.com/attrgate/attrgate/middleware/policy"
)

// values writes the schemas of a route's values, each once, among the components.
type values struct {
	route   policy.Route
	id      string // begins the names of the route's components
	schemas *tree.Node
	words   map[string]string // what each type accepts
}

// anything is the name of the component for values without a type.
const anything = "Any"

var unsafeInName = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// component names a component of a route.
func (v *values) component(name string) string {
	return unsafeInName.ReplaceAllString(v.id+"."+name, "-")
}

func reference(component string) *tree.Node {
	return tree.NewMap(tree.F("$ref", "#/components/schemas/"+component))
}

// typeSchema refers to the schema of values of a type; "": of any.
func (v *values) typeSchema(name string) *tree.Node {
	known := name
	if name == "" {
		known = anything
	}
	component := v.component(known)
	if v.schemas.Get(component) == nil {
		v.schemas.Add(component, tree.NewMap()) // its place, and an end for what refers to itself
		*v.schemas.Get(component) = *v.newType(name, component)
	}
	return reference(component)
}

func (v *values) newType(name, component string) *tree.Node {
	switch name {
	case "StringList":
		list := tree.NewMap(tree.F("type", "array"), tree.F("items", typed("string")))
		return v.described(name, v.nullable(list)...)
	case "WebChannelData":
		return v.described(name, v.nullable(typed("object"))...)
	}
	text := v.textSchema(name)
	schemas := append([]*tree.Node{text}, v.literals(name)...)
	schemas = append(v.nullable(schemas...), v.nested(component, text)...)
	return v.described(name, schemas...)
}

// textSchema is the schema of strings of a type.
func (v *values) textSchema(name string) *tree.Node {
	if name == "" {
		return form{most: v.route.Limits.ValueLength}.schema(false)
	}
	return formOf(name, v.route.Types == "documented").schema(v.route.AllowEmpty)
}

// literals are the numbers and booleans that a type takes by their JSON text.
func (v *values) literals(name string) []*tree.Node {
	switch {
	case name == "", v.route.Coerce && isTextual(name):
		return []*tree.Node{typed("number", "boolean")}
	case name == "Number":
		return []*tree.Node{typed("number")}
	case name == "PositiveNumber":
		return []*tree.Node{tree.NewMap(tree.F("type", "number"), tree.F("minimum", 0))}
	case name == "Boolean":
		return []*tree.Node{typed("boolean"), tree.NewMap(tree.F("type", "number"), tree.F("enum", []*tree.Node{tree.New(0), tree.New(1)}))}
	}
	return nil
}

func isTextual(name string) bool {
	return strings.HasPrefix(name, "String") && name != "StringList" || strings.HasPrefix(name, "Alphanum")
}

func (v *values) nullable(schemas ...*tree.Node) []*tree.Node {
	if v.route.AllowNull {
		schemas = append(schemas, typed("null"))
	}
	return schemas
}

// nested are the objects and lists that are taken under a type of scalars.
func (v *values) nested(component string, text *tree.Node) []*tree.Node {
	switch v.route.Nested {
	case "refuse":
		return nil
	case "allow":
		return []*tree.Node{typed("object", "array")}
	}
	leaf := reference(component + ".leaf")
	list := tree.NewMap(tree.F("type", "array"), tree.F("items", leaf))
	object := tree.NewMap(tree.F("type", "object"), tree.F("additionalProperties", leaf))
	v.schemas.Add(component+".leaf", anyOf(text, typed("number", "boolean", "null"), list, object))
	return []*tree.Node{list, object}
}

func (v *values) described(name string, schemas ...*tree.Node) *tree.Node {
	s := tree.NewMap(tree.F("description", v.typeWords(name)))
	s.Fields = append(s.Fields, anyOf(schemas...).Fields...)
	return s
}

// typeWords says what a type accepts, exactly.
func (v *values) typeWords(name string) string {
	if name == "" {
		return "A value without a type: strings are at most as long as the limit, in UTF-16 units."
	}
	stem := strings.TrimRight(name, "0123456789")
	words := v.words[stem]
	if stem != name {
		words = strings.ReplaceAll(v.words[stem+"<N>"], " N ", " "+name[len(stem):]+" ")
	}
	return name + ": " + words + "."
}

// typeTable returns the words of the table of value types for a rule set.
func typeTable(documented bool) (map[string]string, error) {
	table, err := valuetype.Table()
	words := map[string]string{}
	for _, row := range table {
		words[row.Name] = row.Strict
		if documented && row.Documented != "the same" {
			words[row.Name] = row.Documented
		}
	}
	return words, err
}

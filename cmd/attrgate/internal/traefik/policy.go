// Package traefik turns policies into Traefik's dynamic configuration, and back.
package traefik

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Tree returns a policy as a document, in the order of its fields and without those that are
// zero.
func Tree(p policy.Policy) *tree.Node {
	return node(reflect.ValueOf(p))
}

// FileTree returns a file of attrgate serve as a document: a policy, and the section of the
// gateway if it says anything.
func FileTree(p policy.Policy, gateway config.Gateway) *tree.Node {
	document := Tree(p)
	if HasGateway(gateway) {
		document.Add("gateway", node(reflect.ValueOf(gateway)))
	}
	return document
}

// HasGateway tells whether the section of the gateway says anything.
func HasGateway(gateway config.Gateway) bool { return !empty(reflect.ValueOf(gateway)) }

func node(v reflect.Value) *tree.Node {
	switch v.Kind() {
	case reflect.Pointer:
		return node(v.Elem())
	case reflect.Struct:
		n := tree.NewMap()
		for i := range v.NumField() {
			if name := fieldName(v.Type().Field(i)); name != "" && !empty(v.Field(i)) {
				n.Fields = append(n.Fields, tree.Field{Name: name, Value: node(v.Field(i))})
			}
		}
		return n
	case reflect.Slice:
		n := &tree.Node{Kind: tree.List}
		for i := range v.Len() {
			n.Items = append(n.Items, node(v.Index(i)))
		}
		return n
	case reflect.Bool:
		return tree.NewBoolean(v.Bool())
	case reflect.Int, reflect.Int64:
		return &tree.Node{Kind: tree.Number, Scalar: strconv.FormatInt(v.Int(), 10)}
	}
	return tree.NewText(v.String())
}

// empty tells whether a field says nothing. A pointer to false says something.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice:
		return v.Len() == 0
	case reflect.Struct:
		return len(node(v).Fields) == 0
	}
	return v.IsZero()
}

// fieldName is the name by which a policy sets a field, or "" if it cannot.
func fieldName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "-" {
		return ""
	}
	return name
}

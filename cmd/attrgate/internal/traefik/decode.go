package traefik

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
	"github.com/attrgate/attrgate/middleware/policy"
)

// decoder takes a plugin's configuration as Traefik does (mapstructure, weakly typed): keys in
// any letter case, numbers and booleans as texts, texts cut at commas where a list is wanted.
// What it cannot take stays as it is, for the policy's own parser to find.
type decoder struct {
	given   map[string]string // paths of the configuration → paths of the document; nil: the same below root
	root    string
	origins map[string]string // paths of the policy → paths of the document
	found   policy.Problems   // paths are those of the policy
}

func (d *decoder) decode(n *tree.Node, t reflect.Type, path, from string) *tree.Node {
	d.origins[path] = d.origin(from)
	switch t.Kind() {
	case reflect.Pointer:
		return d.decode(n, t.Elem(), path, from)
	case reflect.Struct:
		return d.object(n, t, path, from)
	case reflect.Slice:
		return d.list(n, t, path, from)
	case reflect.Bool:
		return boolean(n)
	case reflect.Int, reflect.Int64:
		return number(n)
	}
	return d.text(n, path)
}

func (d *decoder) origin(path string) string {
	if d.given == nil {
		return join(d.root, path)
	}
	return d.given[path]
}

func (d *decoder) object(n *tree.Node, t reflect.Type, path, from string) *tree.Node {
	if n.Kind != tree.Map {
		return n
	}
	out := tree.NewMap()
	for _, f := range n.Fields {
		name, value, below := f.Name, f.Value, join(from, f.Name)
		if known, field := fieldOf(t, name); known != "" {
			name, value = known, d.decode(f.Value, field, join(path, known), below)
		}
		d.origins[join(path, name)] = d.origin(below)
		out.Fields = append(out.Fields, tree.Field{Name: name, Value: value})
	}
	return out
}

// fieldOf finds a field of a policy without regard to letter case.
func fieldOf(t reflect.Type, name string) (string, reflect.Type) {
	for i := range t.NumField() {
		if known := fieldName(t.Field(i)); known != "" && strings.EqualFold(known, name) {
			return known, t.Field(i).Type
		}
	}
	return "", nil
}

func (d *decoder) list(n *tree.Node, t reflect.Type, path, from string) *tree.Node {
	out := &tree.Node{Kind: tree.List}
	switch {
	case n.Kind == tree.Null:
		return n
	case n.Kind == tree.Text && n.Scalar == "", n.Kind == tree.Map && len(n.Fields) == 0:
		return out
	case n.Kind == tree.Text:
		for _, part := range strings.Split(n.Scalar, ",") {
			out.Items = append(out.Items, d.decode(tree.NewText(part), t.Elem(), element(path, len(out.Items)), from))
		}
	case n.Kind == tree.List:
		for i, item := range n.Items {
			out.Items = append(out.Items, d.decode(item, t.Elem(), element(path, i), element(from, i)))
		}
	default: // one value stands for a list of one
		out.Items = []*tree.Node{d.decode(n, t.Elem(), element(path, 0), from)}
	}
	return out
}

// text takes what is not a text for one only where Traefik's providers agree on it.
func (d *decoder) text(n *tree.Node, path string) *tree.Node {
	switch {
	case n.Kind == tree.Boolean, n.Kind == tree.Number && strings.ContainsAny(n.Scalar, ".eE"):
		d.found.Add(path, "Traefik may hand over another text than %s; write it between quotes", n.Scalar)
		return tree.NewText(n.Scalar)
	case n.Kind == tree.Number:
		return tree.NewText(n.Scalar)
	}
	return n
}

func boolean(n *tree.Node) *tree.Node {
	if n.Kind == tree.Text && n.Scalar == "" {
		return tree.NewBoolean(false)
	}
	value, err := strconv.ParseBool(n.Scalar)
	if n.Kind != tree.Text || err != nil {
		return n
	}
	return tree.NewBoolean(value)
}

func number(n *tree.Node) *tree.Node {
	value, err := strconv.ParseInt(n.Scalar, 0, 64)
	if n.Kind != tree.Text || err != nil {
		return n
	}
	return &tree.Node{Kind: tree.Number, Scalar: fmt.Sprint(value)}
}

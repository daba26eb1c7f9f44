package policyfile

import "github.com/goccy/go-yaml/ast"

// scalar writes a value that holds no others.
func (w *yamlWalk) scalar(node ast.Node, path string) {
	switch n := node.(type) {
	case nil, *ast.NullNode:
		w.write(nil)
	case *ast.StringNode:
		w.write(n.Value)
	case *ast.LiteralNode:
		w.write(n.Value.Value)
	case *ast.BoolNode:
		w.write(n.Value)
	case *ast.IntegerNode:
		w.write(n.Value)
	case *ast.FloatNode:
		w.write(n.Value)
	default:
		w.refuse(start(node), path, "must be text, a number, true, false, a list or an object")
		w.write(nil)
	}
}

// tagged writes a value with a tag. The one for text is harmless and useful, on text that
// looks like a number; the others give a value a meaning that JSON has no word for.
func (w *yamlWalk) tagged(n *ast.TagNode, path string) {
	scalar, isScalar := n.Value.(ast.ScalarNode)
	if n.Start.Value != "!!str" || !isScalar {
		w.refuse(start(n), path, "the tag "+n.Start.Value+" is not supported; leave it out")
		w.write(nil)
		return
	}
	if literal, ok := scalar.(*ast.LiteralNode); ok {
		w.write(literal.Value.Value)
		return
	}
	w.write(scalar.GetToken().Value)
}

package policyfile

import "github.com/goccy/go-yaml/ast"

// define gives a value a name, once it has been written itself. Since no name ever
// changes what it stands for, and none stands for anything before that, no value can
// contain itself.
func (w *yamlWalk) define(n *ast.AnchorNode, path string) {
	name := n.Name.GetToken().Value
	known, taken := w.anchors[name]
	if !taken {
		w.anchors[name] = n.Value
	} else if known != nil && known != n.Value { // nil has been reported, by target
		w.refuse(start(n), path, "the anchor &"+name+" is given twice")
	}
}

// target returns what an alias stands for, or nil, which it then stands for ever after.
func (w *yamlWalk) target(n *ast.AliasNode, path string) ast.Node {
	name := n.Value.GetToken().Value
	node := w.anchors[name]
	if node == nil {
		w.anchors[name] = nil
		w.refuse(start(n), path, "no anchor &"+name+" before this alias")
	}
	return node
}

package policyfile

import "github.com/goccy/go-yaml/ast"

// entry is a field of a mapping, its own or merged into it.
type entry struct {
	name  string
	at    position
	value ast.Node
}

func (w *yamlWalk) mapping(n ast.MapNode, path string) {
	w.json.WriteByte('{')
	for i, e := range w.entries(n, path) {
		if i > 0 {
			w.json.WriteByte(',')
		}
		w.write(e.name)
		w.json.WriteByte(':')
		w.positions[field(path, e.name)] = e.at
		w.value(e.value, field(path, e.name))
	}
	w.json.WriteByte('}')
}

// entries lists a mapping's own fields, repeated ones too, and then those of the mappings
// that it merges ("<<") and does not have itself.
func (w *yamlWalk) entries(n ast.MapNode, path string) []entry {
	var own []entry
	var merged []ast.Node
	for fields := n.MapRange(); fields.Next(); {
		if fields.Key().IsMergeKey() {
			merged = append(merged, fields.Value())
		} else if e, ok := w.entry(fields.KeyValue(), path); ok {
			own = append(own, e)
		}
	}
	has := map[string]bool{}
	for _, e := range own {
		has[e.name] = true
	}
	for _, node := range merged {
		own = w.merge(own, has, node, path)
	}
	return own
}

func (w *yamlWalk) entry(n *ast.MappingValueNode, path string) (entry, bool) {
	key, isScalar := n.Key.(ast.ScalarNode)
	if !isScalar {
		w.refuse(at(n.Key.GetToken()), path, "a key must be plain text")
		return entry{}, false
	}
	return entry{key.GetToken().Value, at(key.GetToken()), n.Value}, true
}

// merge adds what a mapping, an alias of one, or a list of them has and has does not.
func (w *yamlWalk) merge(entries []entry, has map[string]bool, node ast.Node, path string) []entry {
	if !w.affords(node, path) {
		return entries
	}
	switch n := node.(type) {
	case *ast.AliasNode:
		if target := w.target(n, path); target != nil {
			return w.merge(entries, has, target, path)
		}
	case *ast.SequenceNode:
		for _, item := range n.Values {
			entries = w.merge(entries, has, item, path)
		}
	case ast.MapNode:
		for _, e := range w.entries(n, path) {
			if !has[e.name] {
				has[e.name] = true
				entries = append(entries, e)
			}
		}
	default:
		w.refuse(start(node), path, "only objects can be merged")
	}
	return entries
}

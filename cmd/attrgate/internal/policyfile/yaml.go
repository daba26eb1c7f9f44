package policyfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxValues is how many values a policy may have, those behind aliases counted every time
// they are used: a few lines of aliases can stand for more than any memory holds.
const maxValues = 1_000_000

// readYAML writes the document as JSON. Nothing that could be read in two ways is let
// through to mean one of them: repeated keys are kept for policy.Parse to find, and what
// JSON cannot say is a problem.
func readYAML(data []byte) source {
	file, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return unreadableYAML(err)
	}
	w := yamlWalk{positions: positions{}, anchors: map[string]ast.Node{}}
	if body := w.document(file.Docs); body != nil {
		w.positions[""] = start(body)
		w.value(body, "")
	}
	return source{json: w.json.Bytes(), positions: w.positions, problems: w.problems}
}

func unreadableYAML(err error) source {
	var fault yaml.Error
	if !errors.As(err, &fault) || fault.GetToken() == nil {
		return unreadable(position{1, 1}, "not YAML: "+err.Error())
	}
	return unreadable(at(fault.GetToken()), "not YAML: "+fault.GetMessage())
}

// yamlWalk goes through a document, writes it as JSON and notes where things are.
type yamlWalk struct {
	json      bytes.Buffer
	positions positions
	anchors   map[string]ast.Node
	problems  Problems
	values    int
}

// document returns the body of the only document, or nil if there is none.
func (w *yamlWalk) document(docs []*ast.DocumentNode) ast.Node {
	var body ast.Node
	for _, doc := range docs {
		if _, directive := doc.Body.(*ast.DirectiveNode); directive {
			continue
		}
		if body != nil && (doc.Start != nil || doc.Body != nil) {
			w.refuse(beginning(doc), "", "a second document; a policy is one")
			return body
		}
		body = doc.Body
	}
	return body
}

// value writes one value. A value that is refused is written as null, which policy.Parse
// takes as left out.
func (w *yamlWalk) value(node ast.Node, path string) {
	if !w.affords(node, path) {
		w.write(nil)
		return
	}
	switch n := node.(type) {
	case ast.MapNode:
		w.mapping(n, path)
	case *ast.SequenceNode:
		w.sequence(n, path)
	case *ast.AnchorNode:
		w.value(n.Value, path)
		w.define(n, path)
	case *ast.AliasNode:
		w.value(w.target(n, path), path)
	case *ast.TagNode:
		w.tagged(n, path)
	default:
		w.scalar(node, path)
	}
}

// affords counts a value and tells whether there may be another one.
func (w *yamlWalk) affords(node ast.Node, path string) bool {
	if w.values++; w.values == maxValues+1 {
		w.refuse(start(node), path, fmt.Sprintf("more than %d values", maxValues))
	}
	return w.values <= maxValues
}

func (w *yamlWalk) sequence(n *ast.SequenceNode, path string) {
	w.json.WriteByte('[')
	for i, item := range n.Values {
		if i > 0 {
			w.json.WriteByte(',')
		}
		w.positions[element(path, i)] = start(item)
		w.value(item, element(path, i))
	}
	w.json.WriteByte(']')
}

// write adds a string, number, boolean or nil.
func (w *yamlWalk) write(value any) {
	text, err := json.Marshal(value)
	if err != nil {
		text = []byte("null")
	}
	w.json.Write(text)
}

func (w *yamlWalk) refuse(at position, path, message string) {
	w.problems = append(w.problems, Problem{Line: at.line, Column: at.column, Path: path, Message: message})
}

func at(t *token.Token) position {
	if t == nil || t.Position == nil {
		return position{1, 1}
	}
	return position{t.Position.Line, t.Position.Column}
}

// beginning is where a document begins; after one that ended with dots, there is no line of
// its own.
func beginning(doc *ast.DocumentNode) position {
	if doc.Start != nil {
		return at(doc.Start)
	}
	return start(doc.Body)
}

// start is where a value begins. The token of a mapping without braces is the first
// colon, so its first key stands for it.
func start(node ast.Node) position {
	if m, ok := node.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		return at(m.Values[0].Key.GetToken())
	}
	if node == nil {
		return position{1, 1}
	}
	return at(node.GetToken())
}

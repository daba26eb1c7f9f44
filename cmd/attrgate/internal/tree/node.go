// Package tree holds documents whose fields keep their order, and writes them as YAML, TOML
// and JSON.
package tree

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Kind is what a Node holds.
type Kind int

// The kinds of nodes. The zero Node is a null.
const (
	Null Kind = iota
	Text
	Number
	Boolean
	List
	Map
)

// Node is a value of a document.
type Node struct {
	// Kind says which of the other fields count.
	Kind Kind
	// Scalar is a text, or a number or boolean as JSON writes it.
	Scalar string
	// Items are the elements of a list.
	Items []*Node
	// Fields are those of a map, in order. A name may occur twice if the document had it so.
	Fields []Field
}

// Field is a name and a value in a map.
type Field struct {
	// Name is the field's name.
	Name string
	// Value is never nil.
	Value *Node
}

// NewText returns a text.
func NewText(text string) *Node { return &Node{Kind: Text, Scalar: text} }

// NewMap returns a map.
func NewMap(fields ...Field) *Node { return &Node{Kind: Map, Fields: fields} }

// Nest puts a value below a path of names, the outermost first.
func Nest(value *Node, path ...string) *Node {
	for i := len(path) - 1; i >= 0; i-- {
		value = NewMap(Field{path[i], value})
	}
	return value
}

// Get returns the value of the first field of a name, or nil. It may be asked of a nil Node.
func (n *Node) Get(name string) *Node {
	if n == nil {
		return nil
	}
	for _, f := range n.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return nil
}

// Parse reads a document from JSON.
func Parse(text []byte) (*Node, error) {
	var whole json.RawMessage
	if err := json.Unmarshal(text, &whole); err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return read(decoder), nil
}

// read takes the next value of a document that is well-formed.
func read(decoder *json.Decoder) *Node {
	token, _ := decoder.Token()
	switch t := token.(type) {
	case string:
		return NewText(t)
	case json.Number:
		return &Node{Kind: Number, Scalar: t.String()}
	case bool:
		return NewBoolean(t)
	case json.Delim:
		return readInner(decoder, t)
	}
	return &Node{}
}

// NewBoolean returns a boolean.
func NewBoolean(value bool) *Node {
	text, _ := json.Marshal(value)
	return &Node{Kind: Boolean, Scalar: string(text)}
}

func readInner(decoder *json.Decoder, open json.Delim) *Node {
	n := &Node{Kind: List}
	if open == '{' {
		n.Kind = Map
	}
	for decoder.More() {
		if n.Kind == List {
			n.Items = append(n.Items, read(decoder))
			continue
		}
		token, _ := decoder.Token()
		name, _ := token.(string)
		n.Fields = append(n.Fields, Field{name, read(decoder)})
	}
	_, _ = decoder.Token()
	return n
}

// F returns a field. The value is a *Node, or what New takes.
func F(name string, value any) Field { return Field{name, New(value)} }

// New returns a node for a text, number, boolean, list or *Node; anything else is null.
func New(value any) *Node {
	switch v := value.(type) {
	case *Node:
		return v
	case string:
		return NewText(v)
	case bool:
		return NewBoolean(v)
	case int:
		return &Node{Kind: Number, Scalar: strconv.Itoa(v)}
	case []string:
		return listOf(v)
	case []*Node:
		return listOf(v)
	}
	return &Node{}
}

func listOf[T any](values []T) *Node {
	n := &Node{Kind: List}
	for _, v := range values {
		n.Items = append(n.Items, New(v))
	}
	return n
}

// Add adds a field to a map. The value is a *Node, or what New takes.
func (n *Node) Add(name string, value any) { n.Fields = append(n.Fields, F(name, value)) }

// Package jsondoc reads and edits JSON documents without disturbing what it does not
// touch. It is the only room that knows a JSON library.
//
// It has one narrow seam, in compiled.go and interpreted.go: compiled programs read with
// gjson and sjson behind a strict scan of our own; Traefik's interpreter, which cannot
// load them, reads with encoding/json. Both give the same verdict and the same bytes.
package jsondoc

// Kind is the kind of a JSON value.
type Kind int

// The kinds of RFC 8259, section 3.
const (
	Null Kind = iota
	Boolean
	Number
	String
	Object
	List
)

// Value is a value in a document.
type Value struct {
	Kind  Kind
	Text  string // a string's characters; the JSON text of any other kind
	Start int    // offset of the first byte
	End   int    // offset after the last byte
}

// Member is a name and a value in an object.
type Member struct {
	Name      string
	NameStart int // offset of the opening quote
	NameEnd   int // offset after the closing quote
	Value     Value
}

// Word names the kind for people.
func (k Kind) Word() string {
	switch k {
	case Null:
		return "null"
	case Boolean:
		return "a boolean"
	case Number:
		return "a number"
	case String:
		return "a string"
	case Object:
		return "an object"
	}
	return "a list"
}

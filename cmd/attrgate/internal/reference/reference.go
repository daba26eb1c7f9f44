// Package reference knows the words of a policy file: every field with its type, what its
// doc comment says, and what the gate's constructor says of it. It reads the Go source, so
// it is for generating documents, not for the command.
package reference

import (
	"errors"
	"reflect"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Section is an object of a policy file.
type Section struct {
	// Path leads to it, such as routes[].keys; empty: the whole file.
	Path string

	// Doc is the comment of its type.
	Doc string

	// Fields are its members, in the order of the type.
	Fields []*Field
}

// Field is one member of a section.
type Field struct {
	// Path and Name are its place and its word: routes[].keys.style, and style.
	Path, Name string

	// Doc is the comment of the field.
	Doc string

	// Kind is what a single value is; with List, what each element is.
	Kind Kind
	List bool

	// Section is what an object holds.
	Section *Section

	// Default is what holds if the field is left out, as JSON; empty: false, nothing, or
	// what cannot be said in a value.
	Default string

	// Example is a value that may stand here, as JSON; empty: none.
	Example string

	// Words are the only accepted texts; nil: any.
	Words []string

	// Required says that the section makes no sense without the field, or without one of
	// those that stand in its place.
	Required bool
	Or       []string

	// Duration and URL say what a text has to be; Pattern is the regular expression that it
	// has to match, or empty.
	Duration, URL bool
	Pattern       string

	// Natural says that a number cannot be negative, and Most is the largest; zero: no
	// bound is known.
	Natural bool
	Most    int64
}

// Kind is the type of a value.
type Kind string

// The kinds, as JSON Schema calls them.
const (
	Text    Kind = "string"
	Number  Kind = "integer"
	Boolean Kind = "boolean"
	Object  Kind = "object"
)

// Read returns the whole file: the policy, and beside its fields the gateway's section.
// root is the folder of the repository.
func Read(root string) (*Section, error) {
	words, err := readComments(root, "middleware/policy", "cmd/attrgate/internal/config")
	if err != nil {
		return nil, err
	}
	file := words.section(reflect.TypeFor[policy.Policy](), "")
	gateway := words.field(reflect.StructField{Name: "Gateway", Type: reflect.TypeFor[config.Gateway](), Tag: `json:"gateway"`}, "", "")
	gateway.Doc = "gateway" + strings.TrimPrefix(gateway.Section.Doc, "Gateway") + " Only attrgate serve obeys it."
	file.Fields = append(file.Fields, gateway)
	if err := errors.Join(addDefaults(file), addExamples(file)); err != nil {
		return nil, err
	}
	return file, addAnswers(file)
}

// Each calls do for every field, outer ones first.
func (s *Section) Each(do func(*Field)) {
	for _, f := range s.Fields {
		do(f)
		if f.Section != nil {
			f.Section.Each(do)
		}
	}
}

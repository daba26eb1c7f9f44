package pages

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/reference"
)

// schemaID is where the schema of the newest version can be had.
const schemaID = "https://raw.githubusercontent.com/attrgate/attrgate/main/docs/attrgate.schema.json"

// goDuration is what time.ParseDuration takes, without signs.
const goDuration = `^(0|([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+)$`

// schema is a JSON Schema of draft 2020-12, as far as it is needed here.
type schema struct {
	Schema      string            `json:"$schema,omitempty"`
	ID          string            `json:"$id,omitempty"`
	Title       string            `json:"title,omitempty"`
	Description string            `json:"description,omitempty"`
	Type        string            `json:"type,omitempty"`
	Enum        []string          `json:"enum,omitempty"`
	Pattern     string            `json:"pattern,omitempty"`
	Format      string            `json:"format,omitempty"`
	Minimum     *int64            `json:"minimum,omitempty"`
	Maximum     int64             `json:"maximum,omitempty"`
	Default     json.RawMessage   `json:"default,omitempty"`
	Examples    []json.RawMessage `json:"examples,omitempty"`
	Items       *schema           `json:"items,omitempty"`
	Properties  properties        `json:"properties,omitempty"`
	Additional  *bool             `json:"additionalProperties,omitempty"`
	Required    []string          `json:"required,omitempty"`
	AllOf       []schema          `json:"allOf,omitempty"`
	AnyOf       []schema          `json:"anyOf,omitempty"`
}

// properties keep their order, which is that of the types.
type properties []property

type property struct {
	name   string
	schema schema
}

// MarshalJSON writes an object.
func (ps properties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	for i, p := range ps {
		value, err := plainJSON(p.schema)
		if err != nil {
			return nil, err
		}
		b.WriteString(map[bool]string{true: "{", false: ","}[i == 0] + `"` + p.name + `":`)
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Schema writes the JSON Schema of a policy file.
func Schema(file *reference.Section) ([]byte, error) {
	root := object(file)
	root.Schema, root.ID = "https://json-schema.org/draft/2020-12/schema", schemaID
	root.Title = "attrgate policy file"
	root.Description = "Who may call which routes, and what their bodies may hold; and in the section gateway, how attrgate serve runs."
	root.Examples = examples(file.Doc)
	text, err := plainJSON(root)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = json.Indent(&out, text, "", "  ")
	return out.Bytes(), err
}

func object(section *reference.Section) schema {
	closed := false
	s := schema{Type: "object", Additional: &closed}
	for _, f := range section.Fields {
		s.Properties = append(s.Properties, property{f.Name, member(f)})
		switch {
		case f.Required && f.Or == nil:
			s.Required = append(s.Required, f.Name)
		case f.Required:
			s.AllOf = append(s.AllOf, oneOf(append([]string{f.Name}, f.Or...)))
		}
	}
	return s
}

// oneOf asks for one field at least.
func oneOf(names []string) schema {
	var s schema
	for _, name := range names {
		s.AnyOf = append(s.AnyOf, schema{Required: []string{name}})
	}
	return s
}

func member(f *reference.Field) schema {
	one := value(f)
	s := one
	if f.List {
		s = schema{Type: "array", Items: &one}
	}
	s.Description = f.Doc
	s.Default = json.RawMessage(f.Default)
	if f.Example != "" {
		s.Examples = []json.RawMessage{json.RawMessage(f.Example)}
	}
	return s
}

// value is a single value, or an element of a list.
func value(f *reference.Field) schema {
	if f.Section != nil {
		return object(f.Section)
	}
	s := schema{Type: string(f.Kind), Enum: f.Words, Pattern: f.Pattern, Maximum: f.Most}
	if f.Duration {
		s.Pattern = goDuration
	}
	if f.URL {
		s.Format = "uri"
	}
	if f.Natural {
		s.Minimum = new(int64)
	}
	return s
}

// examples are the paragraphs of a comment that are set in.
func examples(doc string) []json.RawMessage {
	var found []json.RawMessage
	for paragraph := range strings.SplitSeq(doc, "\n\n") {
		if code, is := strings.CutPrefix(paragraph, "\t"); is {
			found = append(found, json.RawMessage(code))
		}
	}
	return found
}

func plainJSON(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSpace(out.Bytes()), err
}

package reference

import (
	"reflect"
	"regexp"
	"strings"
)

func (c comments) section(t reflect.Type, path string) *Section {
	doc := c.plain(t, c.of[t.String()])
	s := &Section{Path: path, Doc: strings.ToUpper(doc[:1]) + doc[1:]}
	for i := range t.NumField() {
		if field := t.Field(i); jsonName(field) != "-" {
			s.Fields = append(s.Fields, c.field(field, path, c.of[t.String()+"."+field.Name]))
		}
	}
	for _, f := range s.Fields {
		f.Doc = c.plain(t, f.Doc)
		f.readDoc()
	}
	return s
}

func (c comments) field(field reflect.StructField, path, doc string) *Field {
	f := &Field{Name: jsonName(field), Doc: doc}
	f.Path = strings.TrimPrefix(path+"."+f.Name, ".")
	t := field.Type
	if t.Kind() == reflect.Slice {
		f.List = true
		f.Path += "[]"
		t = t.Elem()
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Struct:
		f.Kind, f.Section = Object, c.section(t, f.Path)
	case reflect.Bool:
		f.Kind = Boolean
	case reflect.String:
		f.Kind = Text
	default:
		f.Kind = Number
	}
	return f
}

func jsonName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return name
}

// plain writes a comment in the words of a policy, and its lines as one. A name that could
// be an ordinary word is taken for a field where it is no first word of a sentence, and one
// in capitals only where the comment begins with it.
func (c comments) plain(t reflect.Type, doc string) string {
	doc = unwrap(doc)
	for i := range t.NumField() {
		name, word := t.Field(i).Name, jsonName(t.Field(i))
		switch {
		case word == "-":
		case strings.HasPrefix(doc, name+" ") || strings.HasPrefix(doc, name+","):
			doc = word + strings.TrimPrefix(doc, name)
		case strings.ToUpper(name) != name:
			doc = replaceWithin(doc, name, word)
		}
	}
	for name, by := range c.names {
		doc = replaceWord(doc, name, by)
	}
	return strings.ReplaceAll(doc, "If nil, ", "If left out, ") // nil is Go's
}

// replaceWithin replaces a word inside of sentences.
func replaceWithin(doc, word, by string) string {
	return regexp.MustCompile(`([a-z0-9,;(] )`+word+`\b`).ReplaceAllString(doc, "${1}"+by)
}

func replaceWord(doc, word, by string) string {
	return regexp.MustCompile(`\b`+word+`\b`).ReplaceAllLiteralString(doc, by)
}

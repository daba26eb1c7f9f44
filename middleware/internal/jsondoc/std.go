package jsondoc

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// The reading half of the seam with encoding/json. It carries no build tag: the
// interpreter runs it, and tests compare it with the other half.

// stdDecodeObject reads a document that is one object. Where it has no backslash it has no
// half of a surrogate pair.
func stdDecodeObject(text []byte, depth int) (object map[string]any, ok bool) {
	if json.Unmarshal(text, &object) != nil || object == nil {
		return nil, false
	}
	again, _ := json.Marshal(object) // what was decoded always marshals
	plain := bytes.IndexByte(text, '\\') < 0 && utf8.Valid(text)
	if (plain && obviouslyShallow(text, depth) && obviouslyUnique(text, again)) || explain(string(text), depth) == nil {
		return object, true
	}
	return nil, false
}

func stdRoot(doc string) Value {
	start := len(doc) - len(strings.TrimLeft(doc, " \t\r\n"))
	return stdValue(doc, start, len(strings.TrimRight(doc, " \t\r\n")))
}

// stdValue describes the value between two offsets of a scanned document.
func stdValue(doc string, start, end int) Value {
	text := doc[start:end]
	v := Value{Kind: kindOf(text), Text: text, Start: start, End: end}
	if v.Kind == String {
		v.Text = unquote(text)
	}
	return v
}

// kindOf tells the kind by the first character, which is enough in a scanned document.
func kindOf(text string) Kind {
	switch text[0] {
	case '{':
		return Object
	case '[':
		return List
	case '"':
		return String
	case 't', 'f':
		return Boolean
	case 'n':
		return Null
	}
	return Number
}

func unquote(text string) string {
	if !strings.Contains(text, `\`) {
		return text[1 : len(text)-1]
	}
	var s string
	_ = json.Unmarshal([]byte(text), &s) // valid: it was scanned
	return s
}

func stdMembers(doc string, object Value) []Member {
	dec, members := contents(doc, object), []Member(nil)
	for dec.More() {
		name, nameStart, nameEnd := nextName(dec, doc, object.Start)
		value := nextValue(dec, doc, object.Start)
		members = append(members, Member{Name: name, NameStart: nameStart, NameEnd: nameEnd, Value: value})
	}
	return members
}

func stdElements(doc string, list Value) []Value {
	dec, elements := contents(doc, list), []Value(nil)
	for dec.More() {
		elements = append(elements, nextValue(dec, doc, list.Start))
	}
	return elements
}

// contents returns a decoder that stands behind the opening bracket.
func contents(doc string, v Value) *json.Decoder {
	dec := json.NewDecoder(strings.NewReader(doc[v.Start:v.End]))
	_, _ = dec.Token()
	return dec
}

func nextName(dec *json.Decoder, doc string, base int) (name string, start, end int) {
	from := base + int(dec.InputOffset())
	token, _ := dec.Token()
	name, _ = token.(string)
	end = base + int(dec.InputOffset())
	return name, end - len(strings.TrimLeft(doc[from:end], separators)), end
}

// separators may stand between two tokens.
const separators = ",: \t\r\n"

func nextValue(dec *json.Decoder, doc string, base int) Value {
	from := base + int(dec.InputOffset())
	var raw json.RawMessage
	_ = dec.Decode(&raw)
	end := base + int(dec.InputOffset())
	return stdValue(doc, end-len(strings.TrimLeft(doc[from:end], separators)), end)
}

// stdSet replaces the value of one member of an object.
func stdSet(object, name, raw string) string {
	for _, m := range stdMembers(object, stdRoot(object)) {
		if m.Name == name {
			return object[:m.Value.Start] + raw + object[m.Value.End:]
		}
	}
	return object
}

// stdLocate fills the outline of a scanned document, and tells whether its path leads
// anywhere.
func stdLocate(out *Outline, doc string) bool {
	place := stdRoot(doc)
	for _, name := range out.path {
		member, there := stdMember(out, doc, place, name)
		if !there {
			return false
		}
		place = member
	}
	out.Place = place
	switch place.Kind {
	case Object:
		out.Members = stdMembers(doc, place)
	case List:
		for _, element := range stdElements(doc, place) {
			from := len(out.Members)
			if element.Kind == Object {
				out.Members = append(out.Members, stdMembers(doc, element)...)
			}
			out.Elements = append(out.Elements, Element{Value: element, From: from, To: len(out.Members)})
		}
	}
	return true
}

// stdMember finds the value of a name, if the value that should have it is an object, and
// notes whether the name has a twin.
func stdMember(out *Outline, doc string, object Value, name string) (value Value, there bool) {
	if object.Kind != Object {
		return value, false
	}
	for _, m := range stdMembers(doc, object) {
		if m.Name == name {
			value = m.Value
			there = true
		} else if strings.EqualFold(m.Name, name) {
			out.Twin = true
		}
	}
	return value, there
}

// stdQuote returns s as a JSON string, escaping no more than RFC 8259 asks for and the two
// line separators that JavaScript minds.
func stdQuote(s string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

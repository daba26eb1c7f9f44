package attribute

import (
	"strconv"
	"strings"

	"github.com/attrgate/attrgate/middleware/internal/jsondoc"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Fault says why a body cannot be read as attributes.
type Fault struct {
	// Malformed says what keeps the body from being one JSON document; empty if it is one.
	Malformed string

	// Shape lists what is not where it should be in a well-formed body.
	Shape []policy.Violation
}

// Read finds the attributes of a body, in order.
func Read(r *Rules, body []byte) (*Body, *Fault) {
	if err := jsondoc.Scan(body, r.limits.Depth); err != nil {
		return nil, &Fault{Malformed: err.Error()}
	}
	b := &Body{text: string(body)}
	place, at, violation := descend(b.text, r.path)
	if violation != nil {
		return nil, &Fault{Shape: []policy.Violation{*violation}}
	}
	if r.decode && place.Kind == jsondoc.String {
		decoded, fault := decode(r, b, place)
		if fault != nil {
			return nil, fault
		}
		place = decoded
	}
	var violations []policy.Violation
	if r.list {
		violations = readList(r, b, place, at)
	} else {
		violations = readObject(r, b, place, at)
	}
	if len(violations) > 0 {
		return nil, &Fault{Shape: violations}
	}
	return b, nil
}

// decode puts the JSON that a string holds in the string's place, and holds the whole to
// the limits again.
func decode(r *Rules, b *Body, place jsondoc.Value) (jsondoc.Value, *Fault) {
	inner := strings.Trim(place.Text, " \t\r\n")
	text := b.text[:place.Start] + inner + b.text[place.End:]
	if err := jsondoc.Scan([]byte(inner), r.limits.Depth); err != nil {
		return place, &Fault{Malformed: "in the string that stands for the attributes: " + err.Error()}
	}
	if err := jsondoc.Scan([]byte(text), r.limits.Depth); err != nil {
		return place, &Fault{Malformed: err.Error()}
	}
	b.text = text
	b.changed = true
	decoded, _, _ := descend(text, r.path)
	return decoded, nil
}

// descend follows member names from the document's root.
func descend(doc string, path []string) (place jsondoc.Value, at string, missing *policy.Violation) {
	place = jsondoc.Root(doc)
	for _, name := range path {
		if place.Kind != jsondoc.Object {
			return place, at, shape(at, "an object", place.Kind.Word())
		}
		members := jsondoc.Members(doc, place)
		i := position(members, name)
		at += "/" + escape(name)
		if i < 0 {
			return place, at, shape(at, "the member "+strconv.Quote(name), missingBut(members, name))
		}
		place = members[i].Value
	}
	return place, at, nil
}

func position(members []jsondoc.Member, name string) int {
	for i := range members {
		if members[i].Name == name {
			return i
		}
	}
	return -1
}

// missingBut tells of a member whose name differs only in letter case, hyphens and
// underscores, the usual slip.
func missingBut(members []jsondoc.Member, name string) string {
	for _, m := range members {
		if plainly(m.Name) == plainly(name) {
			return "only a member of another spelling"
		}
	}
	return "nothing"
}

func plainly(name string) string {
	return strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(name, "_", ""), "-", ""))
}

func readObject(r *Rules, b *Body, place jsondoc.Value, at string) []policy.Violation {
	if place.Kind != jsondoc.Object {
		return []policy.Violation{*shape(at, "an object", gotInstead(place))}
	}
	found := jsondoc.Members(b.text, place)
	if v := count(r, len(found), at); v != nil {
		return []policy.Violation{*v}
	}
	b.Attributes = make([]Attribute, 0, len(found))
	for _, m := range found {
		b.Attributes = append(b.Attributes, Attribute{
			Key: m.Name, Value: m.Value, at: at + "/" + escape(m.Name), keyFrom: m.NameStart, keyTo: m.NameEnd,
		})
	}
	return nil
}

// gotInstead names a kind, and a string that looks like the JSON it should have been.
func gotInstead(v jsondoc.Value) string {
	if text := strings.TrimSpace(v.Text); v.Kind == jsondoc.String &&
		(strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")) {
		return "a string that holds JSON: send the JSON itself"
	}
	return v.Kind.Word()
}

func readList(r *Rules, b *Body, place jsondoc.Value, at string) []policy.Violation {
	if place.Kind != jsondoc.List {
		return []policy.Violation{*shape(at, "a list of "+elementForm(r.members), gotInstead(place))}
	}
	elements := jsondoc.Elements(b.text, place)
	if v := count(r, len(elements), at); v != nil {
		return []policy.Violation{*v}
	}
	b.Attributes = make([]Attribute, 0, len(elements))
	var violations []policy.Violation
	for i, element := range elements {
		a, broken := readElement(r, b.text, element, at+"/"+strconv.Itoa(i))
		b.Attributes = append(b.Attributes, a)
		violations = append(violations, broken...)
	}
	return violations
}

func elementForm(m members) string {
	if m.kind == "" {
		return "{" + m.key + ", " + m.value + "}"
	}
	return "{" + m.key + ", " + m.kind + ", " + m.value + "}"
}

func readElement(r *Rules, doc string, element jsondoc.Value, at string) (Attribute, []policy.Violation) {
	a := Attribute{at: at, element: element}
	if element.Kind != jsondoc.Object {
		return a, []policy.Violation{*shape(at, "an object "+elementForm(r.members), element.Kind.Word())}
	}
	found := jsondoc.Members(doc, element)
	key, violations := stringMember(found, r.members.key, at)
	a.Key = key.Text
	if r.members.kind != "" {
		kind, broken := stringMember(found, r.members.kind, at)
		violations = append(violations, broken...)
		a.Type = kind.Text
	}
	i := position(found, r.members.value)
	if i < 0 {
		want := "the member " + strconv.Quote(r.members.value)
		violations = append(violations, *shape(at, want, missingBut(found, r.members.value)))
		return a, violations
	}
	a.Value = found[i].Value
	return a, violations
}

// stringMember finds a member that must be there and be a string.
func stringMember(members []jsondoc.Member, name, at string) (jsondoc.Value, []policy.Violation) {
	i := position(members, name)
	if i < 0 {
		return jsondoc.Value{}, []policy.Violation{*shape(at, "the member "+strconv.Quote(name), missingBut(members, name))}
	}
	if v := members[i].Value; v.Kind != jsondoc.String {
		return v, []policy.Violation{*shape(at+"/"+name, "a string", v.Kind.Word())}
	}
	return members[i].Value, nil
}

// count bounds how many attributes there are; an empty body would say nothing.
func count(r *Rules, n int, at string) *policy.Violation {
	switch {
	case n == 0:
		return shape(at, "at least 1 attribute", "none")
	case n > r.limits.Attributes:
		want := "at most " + strconv.Itoa(r.limits.Attributes) + " attributes"
		return &policy.Violation{Pointer: at, Rule: "limits.attributes", Want: want, Got: strconv.Itoa(n)}
	}
	return nil
}

func shape(at, want, got string) *policy.Violation {
	return &policy.Violation{Pointer: at, Rule: "body.shape", Want: want, Got: got}
}

// escape writes a member name as a reference token (RFC 6901, section 3).
func escape(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}

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

// read finds the attributes of a body, in order.
func read(r *Rules, b *Body, text string) *Fault {
	b.text = text
	there, err := jsondoc.Locate(&b.scanner, &b.outline, text, r.path, r.limits.Depth)
	if err != nil {
		return &Fault{Malformed: err.Error()}
	}
	if !there {
		return &Fault{Shape: missingPlace(text, r.path)}
	}
	if b.outline.Twin {
		return &Fault{Shape: shape(r.at, "one spelling of this member", "another beside it")}
	}
	if r.decode && b.outline.Place.Kind == jsondoc.String {
		if fault := decode(r, b); fault != nil {
			return fault
		}
	}
	var violations []policy.Violation
	if r.list {
		violations = readList(r, b)
	} else {
		violations = readObject(r, b)
	}
	if len(violations) > 0 {
		return &Fault{Shape: violations}
	}
	return nil
}

// decode puts the JSON that a string holds in the string's place, and holds the whole to
// the limits again.
func decode(r *Rules, b *Body) *Fault {
	place := b.outline.Place
	inner := strings.Trim(place.Text, " \t\r\n")
	text := b.text[:place.Start] + inner + b.text[place.End:]
	if err := jsondoc.Scan(inner, r.limits.Depth); err != nil {
		return &Fault{Malformed: "in the string that stands for the attributes: " + err.Error()}
	}
	_, err := jsondoc.Locate(&b.scanner, &b.outline, text, r.path, r.limits.Depth)
	if err != nil {
		return &Fault{Malformed: err.Error()}
	}
	b.text = text
	b.changed = true
	return nil
}

// missingPlace says where a path of member names ends too early.
func missingPlace(doc string, path []string) []policy.Violation {
	place, at := jsondoc.Root(doc), ""
	for _, name := range path {
		if place.Kind != jsondoc.Object {
			return shape(at, "an object", place.Kind.Word())
		}
		members := jsondoc.Members(doc, place)
		i := position(members, name)
		at += "/" + escape(name)
		if i < 0 {
			return shape(at, "the member "+strconv.Quote(name), missingBut(members, name))
		}
		place = members[i].Value
	}
	return shape(at, "another place", "this one")
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
	if spellings(members, name) > 0 {
		return "only a member of another spelling"
	}
	return "nothing"
}

// spellings counts the members that a backend might take for that of a name.
func spellings(members []jsondoc.Member, name string) int {
	n := 0
	for i := range members {
		if strings.EqualFold(unmarked(members[i].Name), unmarked(name)) {
			n++
		}
	}
	return n
}

func unmarked(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "_", ""), "-", "")
}

func readObject(r *Rules, b *Body) []policy.Violation {
	if place := b.outline.Place; place.Kind != jsondoc.Object {
		return shape(r.at, "an object", gotInstead(place))
	}
	if v := count(r, len(b.outline.Members)); v != nil {
		return v
	}
	listMembers(r, b)
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

func readList(r *Rules, b *Body) []policy.Violation {
	if place := b.outline.Place; place.Kind != jsondoc.List {
		return shape(r.at, "a list of "+elementForm(r.members), gotInstead(place))
	}
	if v := count(r, len(b.outline.Elements)); v != nil {
		return v
	}
	var violations []policy.Violation
	for i := range b.outline.Elements {
		element := &b.outline.Elements[i]
		b.Attributes = append(b.Attributes, Attribute{rules: r, place: i, start: element.Value.Start, end: element.Value.End})
		violations = append(violations, readElement(&b.outline, element, &b.Attributes[i])...)
	}
	return violations
}

func elementForm(m members) string {
	if m.kind == "" {
		return "{" + m.key + ", " + m.value + "}"
	}
	return "{" + m.key + ", " + m.kind + ", " + m.value + "}"
}

// readElement takes an attribute out of an element of a list.
func readElement(out *jsondoc.Outline, element *jsondoc.Element, a *Attribute) []policy.Violation {
	m := a.rules.members
	if element.Value.Kind != jsondoc.Object {
		return shape(pointer(a), "an object "+elementForm(m), element.Value.Kind.Word())
	}
	found := out.Members[element.From:element.To]
	key, violations := stringMember(found, m.key, a)
	a.Key = key
	least := 2 // members
	if m.kind != "" {
		least++
		kind, broken := stringMember(found, m.kind, a)
		violations = append(violations, broken...)
		a.Type = kind
	}
	i := position(found, m.value)
	if i < 0 {
		want := "the member " + strconv.Quote(m.value)
		return append(violations, shape(pointer(a), want, missingBut(found, m.value))...)
	}
	a.Value = found[i].Value
	if len(found) > least && (spellings(found, m.key) > 1 || spellings(found, m.kind) > 1 || spellings(found, m.value) > 1) {
		violations = append(violations, shape(pointer(a), "one spelling of each member", "another beside it")...)
	}
	return violations
}

// stringMember finds a member that must be there and be a string.
func stringMember(members []jsondoc.Member, name string, a *Attribute) (string, []policy.Violation) {
	i := position(members, name)
	if i < 0 {
		want := "the member " + strconv.Quote(name)
		return "", shape(pointer(a), want, missingBut(members, name))
	}
	if v := members[i].Value; v.Kind != jsondoc.String {
		return v.Text, shape(pointer(a)+"/"+name, "a string", v.Kind.Word())
	}
	return members[i].Value.Text, nil
}

// count bounds how many attributes there are; an empty body would say nothing.
func count(r *Rules, n int) []policy.Violation {
	switch {
	case n == 0:
		return shape(r.at, "at least 1 attribute", "none")
	case n > r.limits.Attributes:
		want := "at most " + strconv.Itoa(r.limits.Attributes) + " attributes"
		return []policy.Violation{{Pointer: r.at, Rule: "limits.attributes", Want: want, Got: strconv.Itoa(n)}}
	}
	return nil
}

func shape(at, want, got string) []policy.Violation {
	return []policy.Violation{{Pointer: at, Rule: "body.shape", Want: want, Got: got}}
}

// escape writes a member name as a reference token (RFC 6901, section 3).
func escape(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}

// addMembers adds an attribute for each of an object's members.
func addMembers(r *Rules, b *Body, found []jsondoc.Member) {
	if cap(b.Attributes) < len(found) {
		b.Attributes = make([]Attribute, 0, len(found))
	}
	for i := range found {
		m := &found[i]
		b.Attributes = append(b.Attributes, Attribute{
			Key: m.Name, Value: m.Value, rules: r, place: i, start: m.NameStart, keyTo: m.NameEnd, end: m.Value.End,
		})
	}
}

// listedNames returns the names of the attributes that are listed and go on, in order.
func listedNames(b *Body) []string {
	names := make([]string, 0, len(b.Attributes))
	for i := range b.Attributes {
		if b.Attributes[i].Name != "" && !b.Attributes[i].Dropped {
			names = append(names, b.Attributes[i].Name)
		}
	}
	return names
}

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
func Read(r *Rules, body []byte) ([]Attribute, *Fault) {
	if err := jsondoc.Scan(body, r.limits.Depth); err != nil {
		return nil, &Fault{Malformed: err.Error()}
	}
	doc := string(body)
	place, at, violation := descend(doc, r.path)
	if violation != nil {
		return nil, &Fault{Shape: []policy.Violation{*violation}}
	}
	var attributes []Attribute
	var violations []policy.Violation
	if r.list {
		attributes, violations = readList(r, doc, place, at)
	} else {
		attributes, violations = readObject(r, doc, place, at)
	}
	if len(violations) > 0 {
		return nil, &Fault{Shape: violations}
	}
	return attributes, nil
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

func readObject(r *Rules, doc string, place jsondoc.Value, at string) ([]Attribute, []policy.Violation) {
	if place.Kind != jsondoc.Object {
		return nil, []policy.Violation{*shape(at, "an object", gotInstead(place))}
	}
	members := jsondoc.Members(doc, place)
	if v := count(r, len(members), at); v != nil {
		return nil, []policy.Violation{*v}
	}
	attributes := make([]Attribute, 0, len(members))
	for _, m := range members {
		attributes = append(attributes, Attribute{
			Key: m.Name, Value: m.Value, at: at + "/" + escape(m.Name), keyFrom: m.NameStart, keyTo: m.NameEnd,
		})
	}
	return attributes, nil
}

// gotInstead names a kind, and a string that looks like the JSON it should have been.
func gotInstead(v jsondoc.Value) string {
	if text := strings.TrimSpace(v.Text); v.Kind == jsondoc.String &&
		(strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")) {
		return "a string that holds JSON: send the JSON itself"
	}
	return v.Kind.Word()
}

func readList(r *Rules, doc string, place jsondoc.Value, at string) ([]Attribute, []policy.Violation) {
	if place.Kind != jsondoc.List {
		return nil, []policy.Violation{*shape(at, "a list of {key, type, value}", gotInstead(place))}
	}
	elements := jsondoc.Elements(doc, place)
	if v := count(r, len(elements), at); v != nil {
		return nil, []policy.Violation{*v}
	}
	attributes := make([]Attribute, 0, len(elements))
	var violations []policy.Violation
	for i, element := range elements {
		a, broken := readElement(doc, element, at+"/"+strconv.Itoa(i))
		attributes = append(attributes, a)
		violations = append(violations, broken...)
	}
	return attributes, violations
}

func readElement(doc string, element jsondoc.Value, at string) (Attribute, []policy.Violation) {
	a := Attribute{at: at, element: element}
	if element.Kind != jsondoc.Object {
		return a, []policy.Violation{*shape(at, "an object {key, type, value}", element.Kind.Word())}
	}
	members := jsondoc.Members(doc, element)
	var violations []policy.Violation
	key, broken := stringMember(members, "key", at)
	violations = append(violations, broken...)
	kind, broken := stringMember(members, "type", at)
	violations = append(violations, broken...)
	i := position(members, "value")
	if i < 0 {
		violations = append(violations, *shape(at, `the member "value"`, missingBut(members, "value")))
		return a, violations
	}
	a.Key = key.Text
	a.Type = kind.Text
	a.Value = members[i].Value
	a.keyFrom = key.Start
	a.keyTo = key.End
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

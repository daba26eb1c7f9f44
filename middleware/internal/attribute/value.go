package attribute

import (
	"strconv"

	"github.com/attrgate/attrgate/middleware/internal/jsondoc"
	"github.com/attrgate/attrgate/middleware/policy"
)

// values is how the route wants values held against types.
type values struct {
	nested     string
	allowEmpty bool
	allowNull  bool
	coerce     bool
	aliases    bool
	types      map[string]Type // the declared types met most
	forms      *forms
}

func newValues(route policy.Route, path string, ps *policy.Problems) *values {
	ps.OneOf(path+".types", route.Types, []string{"strict", "documented"}, nil)
	ps.OneOf(path+".nested", route.Nested, []string{"leaves", "refuse", "allow"}, nil)
	vs := &values{
		nested:     route.Nested,
		allowEmpty: route.AllowEmpty,
		allowNull:  route.AllowNull,
		coerce:     route.Coerce,
		aliases:    route.TypeAliases,
		types:      documentedTypes(),
		forms:      strictForms(),
	}
	if route.Types == "documented" {
		vs.forms = documentedForms()
	}
	return vs
}

// checkType holds an attribute's value against a type. A value that is coerced is noted
// for Write.
func checkType(r *Rules, b *Body, a *Attribute, kind Type) []policy.Violation {
	v := a.Value
	switch {
	case v.Kind == jsondoc.Null && r.values.allowNull:
		return nil
	case v.Kind == jsondoc.Null:
		return []policy.Violation{violation(a, valueIn(r, a), "type", wanted(r.values.forms, kind), "null")}
	case v.Kind == jsondoc.Object || v.Kind == jsondoc.List:
		return checkContainer(r, b, a, kind)
	case r.values.coerce && v.Kind != jsondoc.String && textual(kind.family):
		v.Kind = jsondoc.String
		a.newValue = jsondoc.Quote(v.Text)
	}
	if got := misfit(r.values, kind, v); got != "" {
		return []policy.Violation{violation(a, valueIn(r, a), "type", wanted(r.values.forms, kind), got)}
	}
	return nil
}

// checkContainer holds an object or a list against a type.
func checkContainer(r *Rules, b *Body, a *Attribute, kind Type) []policy.Violation {
	switch {
	case kind.family == familyWebChannelData && a.Value.Kind == jsondoc.Object:
		return nil
	case kind.family == familyStringList && a.Value.Kind == jsondoc.List:
		return checkStrings(r, b, a, kind)
	case container(kind.family) || r.values.nested == "refuse":
		return []policy.Violation{violation(a, valueIn(r, a), "type", wanted(r.values.forms, kind), a.Value.Kind.Word())}
	case r.values.nested == "allow":
		return nil
	}
	return checkLeaves(r, b, a, kind)
}

func checkStrings(r *Rules, b *Body, a *Attribute, kind Type) []policy.Violation {
	var violations []policy.Violation
	for i, element := range jsondoc.Elements(b.text, a.Value) {
		if element.Kind != jsondoc.String {
			at := valueIn(r, a) + "/" + strconv.Itoa(i)
			violations = append(violations, violation(a, at, "type", wanted(r.values.forms, kind), element.Kind.Word()))
		}
	}
	return violations
}

// checkLeaves holds every string within an object or a list against a type.
func checkLeaves(r *Rules, b *Body, a *Attribute, kind Type) []policy.Violation {
	var violations []policy.Violation
	for _, l := range leaves(b.text, a.Value, valueIn(r, a)) {
		if l.value.Kind != jsondoc.String {
			continue
		}
		if got := misfit(r.values, kind, l.value); got != "" {
			violations = append(violations, violation(a, l.at, "nested", wanted(r.values.forms, kind), got))
		}
	}
	return violations
}

// leaf is a string, number, boolean or null inside a value, or the value itself.
type leaf struct {
	at    string
	value jsondoc.Value
}

func leaves(doc string, v jsondoc.Value, at string) []leaf {
	var found []leaf
	switch v.Kind {
	case jsondoc.Object:
		for _, m := range jsondoc.Members(doc, v) {
			found = append(found, leaves(doc, m.Value, at+"/"+escape(m.Name))...)
		}
	case jsondoc.List:
		for i, element := range jsondoc.Elements(doc, v) {
			found = append(found, leaves(doc, element, at+"/"+strconv.Itoa(i))...)
		}
	default:
		return []leaf{{at: at, value: v}}
	}
	return found
}

// misfit says what a string, number or boolean is instead of its type; "" if it fits.
// Numbers and booleans fit number and boolean types by their JSON text.
func misfit(vs *values, kind Type, v jsondoc.Value) string {
	text := v.Text
	switch {
	case v.Kind != jsondoc.String && !lexical(kind.family):
		return v.Kind.Word()
	case container(kind.family):
		return "a string"
	case text == "" && (kind.least == 0 || vs.allowEmpty):
		return ""
	case text == "" && kind.family != familyAny:
		return "an empty string"
	case tooLong(kind, text):
		return strconv.Itoa(utf16Length(text)) + " UTF-16 units"
	case fits(vs.forms, kind, text):
		return ""
	case textual(kind.family):
		return "other characters"
	}
	return "another form"
}

func tooLong(kind Type, text string) bool {
	return kind.most > 0 && len(text) > kind.most && utf16Length(text) > kind.most
}

// textual families take any text of some characters.
func textual(f family) bool {
	return f == familyString || f == familyAlphanum || f == familyAlphanumSpecial
}

// lexical families take JSON numbers and booleans by their text.
func lexical(f family) bool {
	return f == familyAny || f == familyNumber || f == familyPositiveNumber || f == familyBoolean
}

func container(f family) bool {
	return f == familyStringList || f == familyWebChannelData
}

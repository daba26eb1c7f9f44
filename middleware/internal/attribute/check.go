package attribute

import (
	"strconv"

	"github.com/attrgate/attrgate/middleware/internal/jsondoc"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Check holds named attributes against the rules and reports everything that is broken. It
// notes on each attribute what Write is to change.
func Check(r *Rules, b *Body) []policy.Violation {
	var violations []policy.Violation
	named := 0
	left := 0
	for i := range b.Attributes {
		a := &b.Attributes[i]
		if a.Name == "" || a.Dropped {
			continue
		}
		named++
		own := ruleFor(r, a.Name)
		if own == nil && r.lenient && a.Value.Kind == jsondoc.String && len(a.Value.Text) <= r.limits.ValueLength {
			left++
			continue
		}
		violations = append(violations, checkOne(r, own, b, a)...)
		if !a.Dropped {
			left++
		}
	}
	if named > 0 && left == 0 {
		violations = append(violations, policy.Violation{
			Pointer: r.at, Rule: "unknown", Want: "an attribute that has a rule", Got: "none",
		})
	}
	if len(r.required) > 0 {
		violations = append(violations, missing(r, b.Attributes)...)
	}
	return violations
}

func missing(r *Rules, attributes []Attribute) []policy.Violation {
	there := map[string]bool{}
	for i := range attributes {
		there[attributes[i].Name] = true
	}
	var violations []policy.Violation
	for _, name := range r.required {
		if !there[name] {
			violations = append(violations, policy.Violation{
				Pointer: r.at, Name: name, Rule: "required", Want: "the attribute", Got: "nothing",
			})
		}
	}
	return violations
}

func checkOne(r *Rules, own *rule, b *Body, a *Attribute) []policy.Violation {
	if own == nil && r.unknown == "drop" {
		a.Dropped = true
		return nil
	}
	if own == nil && r.unknown == "refuse" {
		return []policy.Violation{violation(a, "", "unknown", "a name that has a rule", "one without")}
	}
	kind, broken := typeOf(r, own, a)
	if broken != nil {
		return []policy.Violation{*broken}
	}
	violations := checkType(r, b, a, kind)
	if own != nil {
		violations = append(violations, checkRule(r, own, a)...)
	}
	if r.sensitive != nil {
		violations = append(violations, checkSensitive(r, b, a, kind)...)
	}
	return violations
}

// typeOf is the type that holds for an attribute: its rule's, its declared one, or both if
// they agree; and any value without either.
func typeOf(r *Rules, own *rule, a *Attribute) (Type, *policy.Violation) {
	ruled := own != nil && own.typed
	if !r.list || r.members.kind == "" {
		if ruled {
			return own.kind, nil
		}
		return Type{family: familyAny, most: r.limits.ValueLength}, nil
	}
	declared, known := declaredType(r.values, a)
	if !known {
		v := violation(a, "/"+escape(r.members.kind), "type", knownTypes, "another")
		return Type{}, &v
	}
	if ruled && own.kind.name != declared.name {
		v := violation(a, "/"+escape(r.members.kind), "type", own.kind.name, "another type")
		return Type{}, &v
	}
	return declared, nil
}

// declaredType finds the type that an element declares. An alias is noted for Write.
func declaredType(vs *values, a *Attribute) (Type, bool) {
	if t, met := vs.types[a.Type]; met {
		return t, true
	}
	t, known := ParseType(a.Type)
	if known || !vs.aliases {
		return t, known
	}
	t, known = aliasedType(a.Type)
	a.newType = t.name
	return t, known
}

// valueIn leads from the attribute to its value: in an object they are the same place.
func valueIn(r *Rules, a *Attribute) string {
	if r.list {
		return "/" + escape(r.members.value)
	}
	return ""
}

// pointer leads to an attribute: a member of the object, or an element of the list.
func pointer(a *Attribute) string {
	if a.rules.list {
		return a.rules.at + "/" + strconv.Itoa(a.place)
	}
	return a.rules.at + "/" + escape(a.Key)
}

func violation(a *Attribute, within, rule, want, got string) policy.Violation {
	return policy.Violation{Pointer: pointer(a) + within, Key: a.Key, Name: a.Name, Rule: rule, Want: want, Got: got}
}

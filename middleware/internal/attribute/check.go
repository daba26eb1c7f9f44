package attribute

import (
	"regexp"
	"sort"
	"strconv"

	"github.com/attrgate/attrgate/middleware/internal/jsondoc"
	"github.com/attrgate/attrgate/middleware/policy"
)

// rule is what a policy says about the attribute of one name.
type rule struct {
	kind    Type
	typed   bool
	values  map[string]bool
	listed  string
	pattern *regexp.Regexp
	form    string // the pattern as the policy has it
}

func newRules(attributes []policy.Attribute, path string, ps *policy.Problems) (map[string]*rule, []string) {
	rules := map[string]*rule{}
	var required []string
	for i, a := range attributes {
		at := path + "[" + strconv.Itoa(i) + "]"
		if a.Name == "" {
			ps.Add(at+".name", "required")
		}
		if rules[a.Name] != nil {
			ps.Add(at+".name", "%q has a rule already", a.Name)
		}
		rules[a.Name] = newRule(a, at, ps)
		if a.Required {
			required = append(required, a.Name)
		}
	}
	sort.Strings(required)
	return rules, required
}

func newRule(a policy.Attribute, at string, ps *policy.Problems) *rule {
	r := &rule{values: map[string]bool{}, typed: a.Type != ""}
	if r.typed {
		kind, known := ParseType(a.Type)
		if !known {
			ps.Add(at+".type", "%q is no value type; %s", a.Type, knownTypes)
		}
		r.kind = kind
	}
	for i, value := range a.Values {
		r.values[value] = true
		if i > 0 {
			r.listed += ", "
		}
		r.listed += strconv.Quote(value)
	}
	if a.Pattern != "" {
		r.pattern = whole(a.Pattern, at+".pattern", ps)
		r.form = a.Pattern
	}
	return r
}

// Check holds named attributes against the rules and reports everything that is broken.
func Check(r *Rules, attributes []Attribute) []policy.Violation {
	var violations []policy.Violation
	for i := range attributes {
		if attributes[i].Name != "" {
			violations = append(violations, checkOne(r, &attributes[i])...)
		}
	}
	if len(r.required) > 0 {
		violations = append(violations, missing(r, attributes)...)
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
			at := ""
			for _, part := range r.path {
				at += "/" + escape(part)
			}
			violations = append(violations, policy.Violation{
				Pointer: at, Name: name, Rule: "required", Want: "the attribute", Got: "nothing",
			})
		}
	}
	return violations
}

func checkOne(r *Rules, a *Attribute) []policy.Violation {
	own, ruled := r.rules[a.Name]
	if !ruled && r.refuse {
		return []policy.Violation{violation(a, "", "unknown", "a name that has a rule", "one without")}
	}
	kind, typed, broken := typeOf(r, own, a)
	if broken != nil {
		return []policy.Violation{*broken}
	}
	if !typed {
		kind = Type{family: familyAny, most: r.limits.ValueLength}
	}
	violations := checkType(&r.values, a, kind)
	if own != nil {
		violations = append(violations, checkRule(own, a)...)
	}
	return violations
}

// typeOf is the type that holds for an attribute: its rule's, its declared one, or both if
// they agree.
func typeOf(r *Rules, own *rule, a *Attribute) (kind Type, typed bool, broken *policy.Violation) {
	ruled := own != nil && own.typed
	if !r.list {
		if ruled {
			return own.kind, true, nil
		}
		return Type{}, false, nil
	}
	declared, known := declaredType(r, a.Type)
	if !known {
		v := violation(a, "/type", "type", knownTypes, "another")
		return Type{}, false, &v
	}
	if ruled && own.kind.name != declared.name {
		v := violation(a, "/type", "type", own.kind.name, "another type")
		return Type{}, false, &v
	}
	return declared, true, nil
}

func declaredType(r *Rules, name string) (Type, bool) {
	if t, met := r.types[name]; met {
		return t, true
	}
	return ParseType(name)
}

// checkRule holds a value against the list and the pattern of its rule, as text: a string's
// characters or the JSON text of anything else.
func checkRule(own *rule, a *Attribute) []policy.Violation {
	var violations []policy.Violation
	if len(own.values) > 0 && !own.values[a.Value.Text] {
		violations = append(violations, violation(a, valueIn(a), "values", own.listed, "another value"))
	}
	if own.pattern != nil && !own.pattern.MatchString(a.Value.Text) {
		violations = append(violations, violation(a, valueIn(a), "pattern", own.form, "no match"))
	}
	return violations
}

// valueIn leads from the attribute to its value: in an object they are the same place.
func valueIn(a *Attribute) string {
	if a.element.Kind == jsondoc.Object {
		return "/value"
	}
	return ""
}

func violation(a *Attribute, within, rule, want, got string) policy.Violation {
	return policy.Violation{Pointer: a.at + within, Key: a.Key, Name: a.Name, Rule: rule, Want: want, Got: got}
}

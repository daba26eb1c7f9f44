package attribute

import (
	"regexp"
	"sort"
	"strconv"

	"github.com/attrgate/attrgate/middleware/policy"
)

// rule is what a policy says about the attribute of one name, or of names of one pattern.
type rule struct {
	names   *regexp.Regexp // nil: the rule is for one name
	kind    Type
	typed   bool
	values  map[string]bool
	listed  string
	pattern *regexp.Regexp
	form    string // the pattern as the policy has it
	least   int    // UTF-16 units; zero: no bound
	most    int    // UTF-16 units; zero: no bound
}

func addRules(r *Rules, attributes []policy.Attribute, path string, ps *policy.Problems) {
	r.rules = map[string]*rule{}
	for i, a := range attributes {
		at := path + "[" + strconv.Itoa(i) + "]"
		compiled := newRule(a, at, ps)
		if a.NamePattern == "" {
			addNamed(r, a, compiled, at, ps)
		} else {
			compiled.names = whole(a.NamePattern, at+".namePattern", ps)
			r.patterns = append(r.patterns, compiled)
		}
		checkRuleWords(a, at, ps)
	}
	sort.Strings(r.required)
}

func addNamed(r *Rules, a policy.Attribute, compiled *rule, at string, ps *policy.Problems) {
	if r.rules[a.Name] != nil {
		ps.Add(at+".name", "%q has a rule already", a.Name)
	}
	r.rules[a.Name] = compiled
	if a.Required {
		r.required = append(r.required, a.Name)
	}
}

func checkRuleWords(a policy.Attribute, at string, ps *policy.Problems) {
	switch {
	case a.Name == "" && a.NamePattern == "":
		ps.Add(at+".name", "required, or namePattern")
	case a.Name != "" && a.NamePattern != "":
		ps.Add(at+".namePattern", "a rule has a name or a namePattern; leave one out")
	case a.NamePattern != "" && a.Required:
		ps.Add(at+".required", "only a rule with a name can require it")
	}
	if a.MinLength < 0 || a.MaxLength < 0 || (a.MaxLength > 0 && a.MinLength > a.MaxLength) {
		ps.Add(at+".maxLength", "minLength %d to maxLength %d is no range of lengths", a.MinLength, a.MaxLength)
	}
}

func newRule(a policy.Attribute, at string, ps *policy.Problems) *rule {
	r := &rule{values: map[string]bool{}, typed: a.Type != "", least: a.MinLength, most: a.MaxLength}
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

// checkRule holds a value against the list, the pattern and the lengths of its rule, as
// text: a string's characters or the JSON text of anything else.
func checkRule(r *Rules, own *rule, a *Attribute) []policy.Violation {
	var violations []policy.Violation
	text := a.Value.Text
	if len(own.values) > 0 && !own.values[text] {
		violations = append(violations, violation(a, valueIn(r, a), "values", own.listed, "another value"))
	}
	if own.pattern != nil && !own.pattern.MatchString(text) {
		violations = append(violations, violation(a, valueIn(r, a), "pattern", own.form, "no match"))
	}
	if own.least > 0 || own.most > 0 {
		violations = append(violations, checkLength(r, own, a, utf16Length(text))...)
	}
	return violations
}

func checkLength(r *Rules, own *rule, a *Attribute, length int) []policy.Violation {
	got := strconv.Itoa(length) + " UTF-16 units"
	switch {
	case length < own.least:
		return []policy.Violation{violation(a, valueIn(r, a), "minLength", "at least "+strconv.Itoa(own.least), got)}
	case own.most > 0 && length > own.most:
		return []policy.Violation{violation(a, valueIn(r, a), "maxLength", "at most "+strconv.Itoa(own.most), got)}
	}
	return nil
}

// patternRule finds the first rule whose pattern a name matches.
func patternRule(r *Rules, name string) *rule {
	for _, p := range r.patterns {
		if p.names.MatchString(name) {
			return p
		}
	}
	return nil
}

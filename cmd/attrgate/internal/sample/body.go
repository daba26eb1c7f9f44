package sample

import (
	"strings"

	"github.com/attrgate/attrgate/middleware/policy"
)

// attribute is one of a body. The value is JSON.
type attribute struct{ key, kind, value string }

// body writes a body of the route's shape.
func (m *maker) body(attributes []attribute) string {
	var parts []string
	for _, a := range attributes {
		parts = append(parts, m.element(a))
	}
	inner := "{" + strings.Join(parts, ",") + "}"
	if m.route.Body.Shape == "list" {
		inner = "[" + strings.Join(parts, ",") + "]"
	}
	return m.around(inner)
}

func (m *maker) element(a attribute) string {
	b := m.route.Body
	if b.Shape != "list" {
		return quote(a.key) + ":" + a.value
	}
	text := "{" + quote(b.KeyMember) + ":" + quote(a.key) + ","
	if !b.Untyped {
		text += quote(b.TypeMember) + ":" + quote(a.kind) + ","
	}
	return text + quote(b.ValueMember) + ":" + a.value + "}"
}

// around puts a value where the attributes are.
func (m *maker) around(inner string) string {
	if m.route.Body.Path == "" {
		return inner
	}
	names := strings.Split(m.route.Body.Path, ".")
	for i := len(names) - 1; i >= 0; i-- {
		inner = "{" + quote(names[i]) + ":" + inner + "}"
	}
	return inner
}

// goodAttributes are one for each rule that can be met, or else one without a rule.
func (m *maker) goodAttributes() []attribute {
	var good []attribute
	for _, rule := range m.route.Attributes {
		if a, ok := m.good(rule); ok && len(good) < m.route.Limits.Attributes {
			good = append(good, a)
		}
	}
	if len(good) > 0 {
		return good
	}
	for _, key := range append([]string{"Example", "x"}, matches(m.route.Keys.Allowed)...) {
		a := attribute{key, "String50", quote(key)}
		if good = []attribute{a}; decide(m.gate, m.with(m.body(good))).Refusal == nil {
			break
		}
	}
	return good
}

// required are those of the good attributes that a body must have.
func (m *maker) required() []attribute {
	var kept []attribute
	for _, rule := range m.route.Attributes {
		if i := m.givenFor(rule); rule.Required && i >= 0 {
			kept = append(kept, m.given[i])
		}
	}
	return kept
}

// good finds an attribute that a rule accepts: alone in a body, nothing is said of it.
func (m *maker) good(rule policy.Attribute) (attribute, bool) {
	for _, key := range keysFor(rule) {
		for _, value := range goodValues(rule) {
			a := attribute{key, kindFor(rule), value}
			if d := decide(m.gate, m.with(m.body([]attribute{a}))); d.Refusal == nil || onlyMisses(d.Refusal.Violations) {
				return a, true
			}
		}
	}
	return attribute{}, false
}

// onlyMisses tells whether a body is only refused for what is not in it.
func onlyMisses(violations []policy.Violation) bool {
	for _, v := range violations {
		if v.Rule != "required" {
			return false
		}
	}
	return len(violations) > 0
}

func keysFor(rule policy.Attribute) []string {
	if rule.Name != "" {
		return []string{rule.Name}
	}
	return matches(rule.NamePattern)
}

func kindFor(rule policy.Attribute) string {
	if rule.Type != "" {
		return rule.Type
	}
	return "String2000"
}

package sample

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// wholly tells whether a pattern matches all of a text.
func wholly(pattern, text string) bool {
	re, err := regexp.Compile("^(?:" + pattern + ")$")
	return err == nil && re.MatchString(text)
}

// many are more attributes than there may be.
func (m *maker) many() []attribute {
	var all []attribute
	for i := range m.route.Limits.Attributes + 1 {
		if len(all)*20 > longestBody {
			return nil
		}
		all = append(all, attribute{fmt.Sprintf("Example%d", i), "String50", `"Example"`})
	}
	return all
}

// broken adds a sample if the gate refuses the attributes for a rule about a name.
func (m *maker) broken(what string, attributes []attribute, rule, name string) bool {
	s := m.with(m.body(attributes))
	return breaks(decide(m.gate, s), rule, name) && m.keep("fails: "+what, s, middleware.InvalidAttributes)
}

// plus are the good attributes and another one.
func (m *maker) plus(key, value string) []attribute {
	return append(append([]attribute{}, m.given...), attribute{key, "String2000", value})
}

// names are keys and values that are refused whatever the rules for attributes say.
func (m *maker) names() {
	const value = `"Example"`
	m.broken("an attribute without a rule", m.plus("NoSuchAttribute", value), "unknown", "NoSuchAttribute")
	for _, name := range m.route.Keys.Reserved {
		if m.broken("the reserved name "+name, m.plus(name, value), "keys.reserved", "") {
			break
		}
	}
	m.broken("a character that nobody sees in a key", m.plus("Exam\u200bple", value), "keys", "")
	m.broken("a character that no name may have", m.plus("Example§", value), "keys.allowed", "")
	if longest := m.route.Limits.NameLength; longest < longestBody {
		m.broken("a name that is too long", m.plus(strings.Repeat("x", longest+1), value), "limits.nameLength", "")
	}
	m.broken("two keys that become one name", m.plus(" "+m.given[0].key, m.given[0].value), "keys.onCollision", "")
	m.broken("a payment card number", m.plus("Note", `"4111 1111 1111 1111"`), "sensitive", "")
	for _, name := range m.route.Sensitive {
		if m.broken("the sensitive attribute "+name, m.plus(name, value), "sensitive", "") {
			break
		}
	}
}

// rule makes a sample for everything that a rule asks for.
func (m *maker) rule(rule policy.Attribute, at string) {
	index := m.givenFor(rule)
	if index < 0 {
		m.missing.Add(at, "no sample: no attribute was found that this rule accepts")
		return
	}
	name := rule.Name
	if rule.Required {
		rest := append(append([]attribute{}, m.given[:index]...), m.given[index+1:]...)
		if len(rest) == 0 {
			rest = []attribute{{"Example", "String50", `"Example"`}}
		}
		m.note(m.broken(m.given[index].key+" is missing", rest, "required", name), at+".required")
	}
	for _, asked := range []struct {
		rule  string
		asked bool
	}{
		{"type", rule.Type != ""}, {"values", len(rule.Values) > 0}, {"pattern", rule.Pattern != ""},
		{"minLength", rule.MinLength > 0}, {"maxLength", rule.MaxLength > 0},
	} {
		if asked.asked {
			m.note(m.bad(rule, index, asked.rule), at+"."+asked.rule)
		}
	}
}

// bad finds a value that a rule refuses for one thing that it asks for.
func (m *maker) bad(rule policy.Attribute, index int, asked string) bool {
	for _, value := range badValues(rule, m.route.Limits.ValueLength) {
		changed := append([]attribute{}, m.given...)
		changed[index].value = value
		if m.broken(fmt.Sprintf("%s breaks %s", changed[index].key, asked), changed, asked, rule.Name) {
			return true
		}
	}
	return false
}

func (m *maker) note(made bool, at string) {
	if !made {
		m.missing.Add(at, "no sample that breaks this was found")
	}
}

// givenFor finds the good attribute of a rule, or -1.
func (m *maker) givenFor(rule policy.Attribute) int {
	for i, a := range m.given {
		if a.key == rule.Name || rule.NamePattern != "" && wholly(rule.NamePattern, a.key) {
			return i
		}
	}
	return -1
}

package openapi

import (
	"fmt"
	"strings"

	"github.com/attrgate/attrgate/middleware/policy"
)

// words says of a route what its schemas cannot, or not for every spelling of a key.
func (v *values) wordsOf() string {
	r := v.route
	lines := []string{v.limits()}
	add := func(when bool, format string, args ...any) {
		if when {
			lines = append(lines, fmt.Sprintf(format, args...))
		}
	}
	var required []string
	for _, rule := range r.Attributes {
		if rule.Required {
			required = append(required, rule.Name)
		}
		add(rule.NamePattern != "", "Names that match %s fall under a rule%s.", rule.NamePattern, ofType(rule))
	}
	add(r.Keys.Unwrap != nil && *r.Keys.Unwrap, "A key may be wrapped, as %%visitor.custominfo.NAME%%.")
	add(r.Keys.Style != "preserve", "Names are spelled in the style %s, whatever the key's is.", r.Keys.Style)
	for _, alias := range r.Keys.Aliases {
		add(true, "%q is another name for %q.", alias.From, alias.To)
	}
	add(len(required) > 0, "Required: %s.", strings.Join(required, ", "))
	add(r.Unknown == "refuse", "Attributes without a rule are refused.")
	add(r.Unknown == "drop", "Attributes without a rule are dropped; one must be left.")
	add(len(r.Keys.Reserved) > 0 && r.Keys.OnReserved == "refuse", "Reserved, in any letter case: %s.", strings.Join(r.Keys.Reserved, ", "))
	add(len(r.Keys.Reserved) > 0 && r.Keys.OnReserved == "prefix", "The names %s get the prefix %s.", strings.Join(r.Keys.Reserved, ", "), r.Keys.Prefix)
	add(r.Keys.Allowed != "", "The whole name matches %s .", r.Keys.Allowed)
	add(r.Keys.OnCollision == "refuse", "Two keys must not become one name.")
	add(r.Keys.OnCollision != "refuse", "Of several keys that become one name the %s counts; the others are dropped unchecked.", r.Keys.OnCollision)
	add(len(r.Sensitive) > 0, "Sensitive, and %s: %s.", sensitively(r.OnSensitive), strings.Join(r.Sensitive, ", "))
	add(r.Body.DecodeString, "The attributes may come as a string of JSON.")
	add(r.TypeAliases, "Other spellings of types, such as EMAIL or shortAnswer, are accepted and rewritten.")
	return strings.Join(lines, "\n")
}

func ofType(rule policy.Attribute) string {
	if rule.Type == "" {
		return ""
	}
	return " for " + rule.Type
}

func sensitively(what string) string {
	if what == "mask" {
		return "masked"
	}
	return "refused"
}

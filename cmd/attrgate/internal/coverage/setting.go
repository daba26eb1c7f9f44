package coverage

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// settings are the fields of a route that are tried by taking them out: if no case then
// ends in another way, none depends on them. Of a list, each element is taken out; one that
// is alone among scopes or schemes cannot be.
var settings = []string{
	"scopes", "scopeMatch", "scopeSyntax", "schemes", "senderConstraint",
	"body.decodeString",
	"keys.unwrap", "keys.style", "keys.aliases", "keys.allowed", "keys.reserved", "keys.onReserved", "keys.prefix", "keys.onCollision",
	"unknown", "types", "typeAliases", "nested", "coerce", "allowEmpty", "allowNull", "sensitive", "onSensitive",
	"limits.bodyBytes", "limits.depth", "limits.attributes", "limits.nameLength", "limits.valueLength",
	"forward.token", "forward.headers",
}

// needed lists the settings that the policy writes for a route, and whether a case depends
// on each.
func needed(p policy.Policy, route int, name string, cases []Case) []Item {
	var items []Item
	var lines []string
	for _, path := range settings {
		for label, without := range variants(p, route, path) {
			if lines == nil {
				lines = baselines(p, cases)
			}
			items = append(items, Item{Route: name, What: label + ": needed", Reached: differs(without, cases, lines)})
		}
	}
	return items
}

// variants yields the policy without a field, or without each element of a list, by what is
// missing. A policy that means the same all the same, or has problems, is left out.
func variants(p policy.Policy, route int, path string) func(yield func(string, policy.Policy) bool) {
	return func(yield func(string, policy.Policy) bool) {
		field := fieldAt(reflect.ValueOf(&p.Routes[route]).Elem(), path)
		if field.IsZero() {
			return
		}
		if field.Kind() != reflect.Slice {
			if without, ok := changed(p, route, path, -1); ok {
				yield(path, without)
			}
			return
		}
		for i := range field.Len() {
			without, ok := changed(p, route, path, i)
			if ok && !yield(fmt.Sprintf("%s[%d]", path, i), without) {
				return
			}
		}
	}
}

// changed returns the policy without a field of a route, or one element of it, and whether
// that makes sense.
func changed(p policy.Policy, route int, path string, element int) (policy.Policy, bool) {
	before := fieldAt(reflect.ValueOf(&p.Expand().Routes[route]).Elem(), path).Interface()
	p.Routes = slices.Clone(p.Routes)
	field := fieldAt(reflect.ValueOf(&p.Routes[route]).Elem(), path)
	emptied := element >= 0 && field.Len() == 1
	if element < 0 || emptied {
		field.SetZero()
	} else {
		field.Set(without(field, element))
	}
	after := fieldAt(reflect.ValueOf(&p.Expand().Routes[route]).Elem(), path)
	if reflect.DeepEqual(before, after.Interface()) || emptied && (after.Len() > 0 || path == "scopes") {
		return p, false
	}
	_, err := middleware.New(p, middleware.Options{})
	return p, err == nil
}

func without(list reflect.Value, element int) reflect.Value {
	rest := reflect.MakeSlice(list.Type(), 0, list.Len())
	for i := range list.Len() {
		if i != element {
			rest = reflect.Append(rest, list.Index(i))
		}
	}
	return rest
}

// fieldAt finds a field by its path in the policy's words.
func fieldAt(v reflect.Value, path string) reflect.Value {
	for name := range strings.SplitSeq(path, ".") {
		v = v.FieldByName(strings.ToUpper(name[:1]) + name[1:])
	}
	return v
}

// baselines run each case again under its own policy. A case that ends in another way the
// second time has no line: a proof of possession, for one, is good once.
func baselines(p policy.Policy, cases []Case) []string {
	lines := make([]string, len(cases))
	for i, c := range cases {
		if first := line(c, p); first == line(c, p) {
			lines[i] = first
		}
	}
	return lines
}

func differs(p policy.Policy, cases []Case, lines []string) bool {
	for i, c := range cases {
		if lines[i] == "" {
			continue
		}
		if got := line(c, p); got != "" && got != lines[i] {
			return true
		}
	}
	return false
}

// line writes down what becomes of a case under a policy, without the words for people:
// they may quote the policy. It is empty if the case could not be run.
func line(c Case, p policy.Policy) string {
	run, err := c.Rerun(p)
	text := run.Forwarded
	for _, d := range run.Decisions {
		if r := d.Refusal; r != nil {
			text += fmt.Sprint(r.Code, r.Variable)
			for _, v := range r.Violations {
				text += fmt.Sprintf(" %q %q %s", v.Pointer, v.Name, v.Rule)
			}
		}
		text += fmt.Sprintf(" %s %q %q %d %d %d\n", d.Outcome, d.Subject, d.Names, d.Renamed, d.Rewritten, d.Dropped)
	}
	if err != nil {
		return ""
	}
	return text
}

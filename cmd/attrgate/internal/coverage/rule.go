package coverage

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// rules are the attribute rules of a route: each is kept once, and each of its words
// broken once.
func rules(route policy.Route) []goal {
	find := ruleFinder(route)
	var goals []goal
	for i, rule := range route.Attributes {
		label := fmt.Sprintf("attributes[%d] %s%s: ", i, rule.Name, rule.NamePattern)
		goals = append(goals, goal{label + "kept", func(d middleware.Decision) bool {
			return d.Outcome == middleware.Admitted && slices.ContainsFunc(d.Names, func(name string) bool { return find(name) == i })
		}})
		for _, word := range words(rule) {
			goals = append(goals, goal{label + word + " broken", func(d middleware.Decision) bool {
				return d.Refusal != nil && slices.ContainsFunc(d.Refusal.Violations, func(v policy.Violation) bool {
					return v.Rule == word && find(v.Name) == i
				})
			}})
		}
	}
	return goals
}

// words are what a rule says, as violations name it.
func words(rule policy.Attribute) []string {
	var said []string
	for _, w := range []struct {
		word string
		said bool
	}{
		{"required", rule.Required},
		{"type", rule.Type != ""},
		{"values", len(rule.Values) > 0},
		{"pattern", rule.Pattern != ""},
		{"minLength", rule.MinLength > 0},
		{"maxLength", rule.MaxLength > 0},
	} {
		if w.said {
			said = append(said, w.word)
		}
	}
	return said
}

// ruleFinder returns a function that finds the rule for a name: its own, or else the first
// whose pattern it matches; -1 if there is none.
func ruleFinder(route policy.Route) func(name string) int {
	exact := map[string]int{}
	patterns := map[int]*regexp.Regexp{}
	for i, rule := range route.Attributes {
		if rule.NamePattern != "" {
			patterns[i] = regexp.MustCompile(`^(?:` + rule.NamePattern + `)$`) // the policy has no problems
			continue
		}
		exact[rule.Name] = i
	}
	return func(name string) int {
		if i, ok := exact[name]; ok {
			return i
		}
		for i := range route.Attributes {
			if p := patterns[i]; p != nil && p.MatchString(name) {
				return i
			}
		}
		return -1
	}
}

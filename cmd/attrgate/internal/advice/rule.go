package advice

import (
	"slices"

	"github.com/attrgate/attrgate/middleware/policy"
)

// onRules notes rules that no attribute will ever meet.
func onRules(route policy.Route, path string, found *policy.Problems) {
	names := newNaming(route)
	if names == nil {
		return
	}
	var patterns []string
	for i, rule := range route.Attributes {
		switch {
		case rule.NamePattern != "":
			onPattern(names, rule.NamePattern, patterns, at(path, i)+".namePattern", found)
			patterns = append(patterns, rule.NamePattern)
		case rule.Name != "":
			onName(names, rule.Name, at(path, i)+".name", found)
		}
	}
}

// onName relies on what holds for all names: to name a name changes nothing.
func onName(names *naming, name, path string, found *policy.Problems) {
	switch became, broken := names.of(name); {
	case broken != nil:
		found.Add(path, "no attribute can have this name: %s wants %s", broken.Rule, broken.Want)
	case became != name:
		found.Add(path, "no attribute can have this name: it becomes %q; write that", became)
	}
}

func onPattern(names *naming, pattern string, earlier []string, path string, found *policy.Problems) {
	for _, other := range earlier {
		if other == pattern || slices.Contains([]string{".*", ".+"}, other) {
			found.Add(path, "no attribute meets this rule: the earlier namePattern %q decides", other)
			return
		}
	}
	if needs(pattern, names.lacks) {
		found.Add(path, "no attribute can have such a name: keys.style is %s, and keys may hold only allowed characters", names.style)
	}
}

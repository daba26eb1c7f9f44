// Package attribute reads, names, checks and writes the attributes of a body. Each step
// is a function that takes what the step before it made; none calls another.
package attribute

import (
	"regexp"
	"strings"

	"github.com/attrgate/attrgate/middleware/internal/jsondoc"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Attribute is one attribute of a body.
type Attribute struct {
	Key   string        // as sent
	Name  string        // the normalised key; empty until Name found one
	Type  string        // the declared type, in a list
	Value jsondoc.Value // what it holds

	at      string // JSON pointer to the key: the member of an object, the element of a list
	keyFrom int    // offsets of what stands for the key: the name of a member, or the
	keyTo   int    // value of the member key in an element
	element jsondoc.Value
}

// Rules is what a route says about bodies, compiled. It is built once and then only read.
type Rules struct {
	list     bool
	path     []string
	limits   policy.Limits
	naming   naming
	rules    map[string]*rule
	required []string
	refuse   bool // attributes that no rule names
	values   values
	types    map[string]Type // the declared types met most
}

// New compiles a route that has been expanded; what is wrong goes to ps under the route's
// path.
func New(route policy.Route, path string, ps *policy.Problems) *Rules {
	r := &Rules{
		list:   route.Body.Shape == "list",
		path:   splitPath(route.Body.Path),
		limits: route.Limits,
		naming: newNaming(route.Keys, route.Limits.NameLength, path+".keys", ps),
		refuse: route.Unknown == "refuse",
		values: newValues(route),
		types:  documentedTypes(),
	}
	ps.OneOf(path+".body.shape", route.Body.Shape, []string{"object", "list"}, nil)
	ps.OneOf(path+".unknown", route.Unknown, []string{"allow", "refuse"}, []string{"drop"})
	ps.OneOf(path+".types", route.Types, []string{"strict"}, []string{"documented"})
	ps.OneOf(path+".nested", route.Nested, []string{"leaves", "refuse", "allow"}, nil)
	ps.NotYet(path+".typeAliases", route.TypeAliases)
	ps.NotYet(path+".coerce", route.Coerce)
	ps.NotYet(path+".sensitive", len(route.Sensitive) > 0)
	checkPath(route.Body, path+".body.path", ps)
	checkLimits(route.Limits, path+".limits", ps)
	rules, required := newRules(route.Attributes, path+".attributes", ps)
	r.rules = rules
	r.required = required
	return r
}

func splitPath(path string) []string {
	if path == "" {
		return nil
	}
	return strings.Split(path, ".")
}

func checkPath(body policy.Body, at string, ps *policy.Problems) {
	for _, name := range splitPath(body.Path) {
		if name == "" {
			ps.Add(at, "an empty name: member names divided by single dots, such as customer_info")
			return
		}
	}
}

func checkLimits(l policy.Limits, at string, ps *policy.Problems) {
	within(ps, at+".bodyBytes", l.BodyBytes, 64<<20)
	within(ps, at+".depth", int64(l.Depth), 1000)
	within(ps, at+".attributes", int64(l.Attributes), 10000)
	within(ps, at+".nameLength", int64(l.NameLength), 10000)
	within(ps, at+".valueLength", int64(l.ValueLength), 64<<20)
}

func within(ps *policy.Problems, at string, value, most int64) {
	if value < 1 || value > most {
		ps.Add(at, "%d is not between 1 and %d", value, most)
	}
}

// whole compiles a pattern that must match a whole text.
func whole(pattern, at string, ps *policy.Problems) *regexp.Regexp {
	compiled, err := regexp.Compile(`^(?:` + pattern + `)$`)
	if err != nil {
		ps.Add(at, "%v", err)
	}
	return compiled
}

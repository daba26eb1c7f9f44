// Package attribute reads, names, checks and writes the attributes of a body. Each step
// is a function that takes what the step before it made; none calls another.
package attribute

import (
	"regexp"
	"strings"

	"github.com/attrgate/attrgate/middleware/internal/jsondoc"
	"github.com/attrgate/attrgate/middleware/internal/regex"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Body is a body that was read: a document and its attributes, in order.
type Body struct {
	Attributes []Attribute

	text    string         // the document
	changed bool           // the document is not the one that came
	skimmed bool           // all attributes go on, with no other change than names, and none is listed
	renamed []renamed      // those that get another name, of a body that is skimmed
	named   map[string]int // the last attribute of each name; empty while all differ anyway
	outline jsondoc.Outline
	scanner jsondoc.Scanner
}

// Attribute is one attribute of a body. Its offsets are in the document.
type Attribute struct {
	Key   string        // as sent
	Name  string        // the normalised key; empty until Name found one
	Type  string        // the declared type, in a list that has types
	Value jsondoc.Value // what it holds

	Dropped bool // it is left out of what is forwarded

	rules *Rules
	place int // in the object or list, from zero
	start int // where the member of the object, or the element of the list, starts
	keyTo int // where an object's key ends
	end   int // where the member or element ends

	newType  string // what the type becomes; empty: it stays
	newValue string // what the value becomes, as JSON; empty: it stays
}

// Rules is what a route says about bodies, compiled. It is built once and then only read.
type Rules struct {
	list      bool
	path      []string
	at        string // JSON pointer to the place of all attributes
	decode    bool
	members   members
	limits    policy.Limits
	naming    *naming
	rules     map[string]*rule
	patterns  []*rule
	required  []string
	unknown   string
	values    *values
	sensitive *sensitive // nil: nothing is
	lenient   bool       // any text that is not too long is good where there is no rule
	aids      *aids      // what keeps this build fast; nil: nothing does
}

// members are the names of the members of a list's elements.
type members struct {
	key   string
	kind  string // empty: elements have no type
	value string
}

// New compiles a route that has been expanded; what is wrong goes to ps under the route's
// path.
func New(route policy.Route, path string, ps *policy.Problems) *Rules {
	r := &Rules{
		list:      route.Body.Shape == "list",
		path:      splitPath(route.Body.Path),
		decode:    route.Body.DecodeString,
		members:   newMembers(route.Body, path+".body", ps),
		limits:    route.Limits,
		naming:    newNaming(route.Keys, route.Limits.NameLength, path+".keys", ps),
		unknown:   route.Unknown,
		values:    newValues(route, path, ps),
		sensitive: newSensitive(route, path, ps),
	}
	for _, name := range r.path {
		r.at += "/" + escape(name)
	}
	if route.Body.Shape != "" || route.API == "" { // an API that is not known has no shape
		ps.OneOf(path+".body.shape", route.Body.Shape, "object", "list")
	}
	ps.OneOf(path+".unknown", route.Unknown, "allow", "refuse", "drop")
	checkPath(route.Body, path+".body.path", ps)
	checkLimits(route.Limits, path+".limits", ps)
	addRules(r, route.Attributes, path+".attributes", ps)
	r.lenient = r.unknown == "allow" && r.sensitive == nil && (!r.list || r.members.kind == "")
	setAids(r)
	return r
}

func newMembers(body policy.Body, path string, ps *policy.Problems) members {
	m := members{key: body.KeyMember, kind: body.TypeMember, value: body.ValueMember}
	if body.Untyped {
		m.kind = ""
	}
	if m.key == m.value || m.key == m.kind || m.value == m.kind {
		ps.Add(path, "keyMember, typeMember and valueMember must differ")
	}
	return m
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
	compiled, err := regex.Whole(pattern)
	if err != nil {
		ps.Add(at, "%v", err)
	}
	return compiled
}

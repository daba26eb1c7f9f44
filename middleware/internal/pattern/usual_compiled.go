//go:build !yaegi
// +build !yaegi

package pattern

import "net/url"

// usualPaths finds the routes of usual paths in one pass, in less than half of the time that
// Match takes without it (BenchmarkVariables).
type usualPaths struct {
	root   *step
	values [][]*Segment // by route: the segments that are variables
}

// step is a node of a part of the tree that does not fork.
type step struct {
	legs     []leg
	many     map[string]*step // where literals lead that are too many to be looked through
	variable *step
	ends     []end // by method
	first    int   // the first route of any method
}

// leg is a literal made of usual bytes, and where it leads.
type leg struct {
	literal string
	next    *step
}

type end struct {
	method string
	route  int
}

const (
	// fewLegs is how many literals are looked through one by one.
	fewLegs = 4

	// fewVariables is how many variables a usual path may have.
	fewVariables = 4
)

func newUsualPaths(t *Table) *usualPaths {
	u := &usualPaths{root: newStep(t.exact)}
	for i := range t.routes {
		var values []*Segment
		for j := range t.routes[i].Segments {
			if s := &t.routes[i].Segments[j]; s.Variable != "" {
				values = append(values, s)
			}
		}
		u.values = append(u.values, values)
	}
	return u
}

// newStep leaves out what usual paths do not meet: nodes where both a literal and a variable
// may follow.
func newStep(n *node) *step {
	s := &step{first: n.first}
	for method, route := range n.methods {
		s.ends = append(s.ends, end{method: method, route: route})
	}
	switch {
	case n.variable == nil:
		s.addLegs(n.literals)
	case len(n.literals) == 0:
		s.variable = newStep(n.variable)
	}
	return s
}

func (s *step) addLegs(literals map[string]*node) {
	if len(literals) > fewLegs {
		s.many = map[string]*step{}
	}
	for literal, next := range literals {
		switch {
		case usualTo(literal, 0) < len(literal):
		case s.many != nil:
			s.many[literal] = newStep(next)
		default:
			s.legs = append(s.legs, leg{literal: literal, next: newStep(next)})
		}
	}
}

// find is Match for what has nothing to object to; it is not ok for anything else.
func (u *usualPaths) find(method string, target *url.URL) (m Match, ok bool) {
	if target.Opaque != "" || target.RawPath != "" {
		return m, false
	}
	var room [fewVariables]string
	values, s, path := room[:0], u.root, target.Path
	for at := 0; at < len(path); {
		if path[at] != '/' {
			return m, false
		}
		start := at + 1
		if s.variable != nil && len(values) < fewVariables {
			at = usualTo(path, start)
			values = append(values, path[start:at])
			s = s.variable
			continue
		}
		if s, at = s.follow(path, start); s == nil {
			return m, false
		}
	}
	for i := range s.ends {
		if s.ends[i].method == method {
			m.Route = s.ends[i].route
			m.Near = s.first
			return m, u.allow(m.Route, values)
		}
	}
	return m, false
}

// follow finds the literal at a place in a path, and where it ends; nil: it is none.
func (s *step) follow(path string, start int) (next *step, end int) {
	if s.many != nil {
		end = usualTo(path, start)
		return s.many[path[start:end]], end
	}
	for i := range s.legs {
		end = start + len(s.legs[i].literal)
		if end <= len(path) && path[start:end] == s.legs[i].literal && (end == len(path) || path[end] == '/') {
			return s.legs[i].next, end
		}
	}
	return nil, start
}

// allow tells whether a route takes the values of its variables without a word.
func (u *usualPaths) allow(route int, values []string) bool {
	for i, s := range u.values[route] {
		v := values[i]
		if v == "" || v[0] == '.' || (s.Allowed != nil && !allows(s, v)) {
			return false
		}
	}
	return true
}

// usualTo is where the usual bytes of a path end, from a place on.
func usualTo(path string, from int) int {
	for from < len(path) && usualBytes[path[from]] {
		from++
	}
	return from
}

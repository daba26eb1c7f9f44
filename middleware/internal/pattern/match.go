package pattern

import (
	"net/url"
	"strings"
)

// Match is what the table knows of a request.
type Match struct {
	Route      int    // the route that guards the request, or None
	Near       int    // the first route that guards the path with any method, or None
	Lookalike  bool   // the path is another spelling of a guarded one
	Unallowed  string // the variable whose value its pattern does not allow
	MethodForm bool   // the method is another spelling of the guarded one, such as put
}

// Match looks a request up. A path that matches exactly is guarded by the first such
// route; a path that would match after any decoding that some backend is known to do is
// a look-alike of it.
func (t *Table) Match(method string, u *url.URL) Match {
	if t.usual != nil {
		if m, ok := t.usual.find(method, u); ok {
			return m
		}
	}
	var room places
	raw, segments := sentPath(u, t.most, &room)
	if segments == nil {
		return lookalike(t, method, raw)
	}
	m := resolve(ends(t.exact, segments, room.nodes[:0]), method)
	if m.Route == None {
		return otherwise(m, lookalike(t, method, raw))
	}
	if strings.ContainsAny(raw, unplain) {
		m.Lookalike = true
		return m
	}
	unallowed, dots := variables(t.routes[m.Route].Segments, segments)
	m.Unallowed = unallowed
	m.Lookalike = dots
	return m
}

// otherwise prefers the look-alike that a route guards to the exact path that none does
// with this method.
func otherwise(exact, alike Match) Match {
	if alike.Route != None || exact.Near == None {
		return alike
	}
	return exact
}

// unplain are the characters that no literal and no variable may have as sent: what they
// mean depends on who reads the path.
const unplain = "%;\\"

// variables checks the values of a route's variables: the first that its pattern does not
// allow, and whether one is a dot segment or empty.
func variables(route []Segment, values []string) (unallowed string, dots bool) {
	for i, v := range values {
		switch s := &route[i]; {
		case s.Variable == "":
		case v == "" || v == "." || v == "..":
			return "", true
		case s.Allowed != nil && unallowed == "" && !allows(s, v):
			unallowed = s.Variable
		}
	}
	return unallowed, false
}

// resolve picks the route for a method among the ends of a path.
func resolve(found []*node, method string) Match {
	m := Match{Route: lowest(found, method), Near: nearest(found)}
	if m.Near != None && m.Route == None {
		m.Route = lowest(found, strings.ToUpper(method))
		m.MethodForm = m.Route != None
	}
	return m
}

func nearest(found []*node) int {
	near := None
	for _, n := range found {
		if near == None || n.first < near {
			near = n.first
		}
	}
	return near
}

// lookalike tries every reading of a path that does not match as it stands. One that takes
// too much reading may be any route's, so it is all of theirs.
func lookalike(t *Table, method, raw string) Match {
	var room places
	if plain(raw) {
		return alike(t, split(fold(raw[1:]), t.most, &room), method, &room)
	}
	paths, ok := readings(raw)
	if !ok {
		return alike(t, nil, method, &room)
	}
	for _, path := range paths {
		path = strings.Trim(path, "/")
		m := alike(t, split(path, t.most, &room), method, &room)
		if path != "" && m.Near != None {
			return m
		}
	}
	return Match{Route: None, Near: None}
}

// alike looks one reading up; that of no segments is every route's.
func alike(t *Table, segments []string, method string, room *places) Match {
	m := resolve(ends(t.folded, segments, room.nodes[:0]), method)
	m.Lookalike = m.Near != None
	return m
}

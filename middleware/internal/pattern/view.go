//go:build !yaegi
// +build !yaegi

package pattern

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/attrgate/attrgate/middleware/policy"
)

// View says how one route of a table meets a request, for an operator who asks why.
type View struct {
	// Guards is set on the one route that guards the request.
	Guards bool
	// Why says in words why the route guards the request, or does not.
	Why string
}

// Views looks a request up in a table of each route alone, and says what came of it. The
// views are in the order of the routes.
func (t *Table) Views(method string, u *url.URL) []View {
	chosen := t.Match(method, u)
	views := make([]View, 0, len(t.routes))
	for i := range t.routes {
		var none policy.Problems // the route is good: it is in a table
		alone := New([]Pattern{t.routes[i]}, "", &none).Match(method, u)
		v := View{Guards: i == chosen.Route, Why: why(t.routes[i], alone, method, u)}
		if alone.Route != None && !v.Guards {
			v.Why = "would match, but an earlier route does"
		}
		views = append(views, v)
	}
	return views
}

// why puts into words what a table with one route knows of a request.
func why(route Pattern, m Match, method string, u *url.URL) string {
	switch {
	case m.Near == None:
		return difference(route, method, u)
	case m.Route == None && m.Lookalike:
		return fmt.Sprintf("the path is another spelling of it, but the method is %s, not %s", method, route.Method)
	case m.Route == None:
		return fmt.Sprintf("the path matches, but the method is %s, not %s", method, route.Method)
	case m.Lookalike:
		return "the path is another spelling of it: " + strings.Join(oddities(route, u), ", ")
	case m.MethodForm:
		return fmt.Sprintf("the path matches, and the method %s is another spelling of %s", method, route.Method)
	case m.Unallowed != "":
		return "it matches, but {" + m.Unallowed + "} is not of the form that the policy asks for"
	}
	return "it matches"
}

// difference names the first part of a path that is not the route's.
func difference(route Pattern, method string, u *url.URL) string {
	sent := strings.Split(strings.TrimPrefix(u.EscapedPath(), "/"), "/")
	text := ""
	if route.Method != method {
		text = fmt.Sprintf("the method is %s, not %s, and ", method, route.Method)
	}
	for i, s := range route.Segments {
		if i < len(sent) && s.Variable == "" && s.Literal != sent[i] {
			return text + fmt.Sprintf("segment %d is %q, not %q", i+1, sent[i], s.Literal)
		}
	}
	return text + fmt.Sprintf("the path has %d segments, not %d", len(sent), len(route.Segments))
}

// oddities names what may make a path another spelling of a route's.
func oddities(route Pattern, u *url.URL) []string {
	raw := u.Opaque + u.EscapedPath()
	var found []string
	for _, odd := range []struct {
		there bool
		what  string
	}{
		{!strings.HasPrefix(raw, "/"), "it does not begin with a slash"},
		{strings.Contains(raw, "%"), "it has percent-encoded characters"},
		{strings.Contains(raw, ";"), "it has a semicolon"},
		{strings.Contains(raw, `\`), "it has a backslash"},
		{strings.Contains(raw, "//"), "it has a doubled slash"},
		{strings.Contains(raw+"/", "/./") || strings.Contains(raw+"/", "/../"), "it has a dot segment"},
		{strings.HasSuffix(raw, "/"), "it ends in a slash"},
		{otherCase(route, raw), "its letters are of another case"},
	} {
		if odd.there {
			found = append(found, odd.what)
		}
	}
	return found
}

// otherCase tells whether a path has a literal of a route in another letter case.
func otherCase(route Pattern, raw string) bool {
	for _, s := range route.Segments {
		if !strings.Contains(raw, s.Literal) && strings.Contains(fold(raw), fold(s.Literal)) {
			return true
		}
	}
	return false
}

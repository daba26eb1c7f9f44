//go:build yaegi
// +build yaegi

package pattern

import (
	"regexp"
	"strings"

	"github.com/attrgate/attrgate/middleware/internal/regex"
)

// Unsure is what Short says when it takes Match to tell.
const Unsure = -2

// short is what Short needs beside the table.
type short struct {
	forks  bool             // somewhere both a literal and a variable may follow
	usual  []*regexp.Regexp // by route: its usual paths; nil: it has none
	simple *regexp.Regexp   // paths that have but one reading
	near   *regexp.Regexp   // paths that some reading of which is a route's; nil: any may be
}

const (
	// usualLiteral is a literal that no URL escapes (RFC 3986, section 2.3: unreserved).
	usualLiteral = `^[A-Za-z0-9_~-][A-Za-z0-9_.~-]*$`

	// usualForm is a pattern that allows neither an empty segment nor one that begins with a
	// dot, and only unreserved characters.
	usualForm = `^\^\(\?:\[(?:A-Z|a-z|0-9|_)+-?\](?:\[(?:A-Z|a-z|0-9|_|\.)+-?\]\{[0-9]+,[0-9]+\}|\{[1-9][0-9]*,[0-9]+\}|\+)?\)\$$`

	// anyUsual stands for a variable without a pattern.
	anyUsual = `[A-Za-z0-9_~-][A-Za-z0-9_.~-]*`
)

func newShort(t *Table) *short {
	s := &short{forks: forks(t.exact), simple: regex.Must(`^(?:/` + anyUsual + `)+$`)}
	literal := regex.Must(usualLiteral)
	form := regex.Must(usualForm)
	for i := range t.routes {
		s.usual = append(s.usual, usual(t.routes[i], literal, form))
	}
	s.near = newNear(t)
	return s
}

// newNear compiles the folded tree of few routes, as far as simple paths go.
func newNear(t *Table) *regexp.Regexp {
	if len(t.routes) > few {
		return nil
	}
	var all []string
	for _, p := range t.routes {
		text := ""
		for _, s := range p.Segments {
			if s.Variable == "" {
				text += "/" + regexp.QuoteMeta(s.Literal)
			} else {
				text += "/[^/]*"
			}
		}
		all = append(all, text)
	}
	return regex.Must(`(?i)^(?:` + strings.Join(all, "|") + `)$`)
}

// usual compiles the usual paths of a pattern; nil if its variables are not simple enough.
func usual(p Pattern, literal, form *regexp.Regexp) *regexp.Regexp {
	text := "^"
	for _, s := range p.Segments {
		switch {
		case s.Variable == "" && literal.MatchString(s.Literal):
			text += "/" + regexp.QuoteMeta(s.Literal)
		case s.Variable != "" && s.Allowed == nil:
			text += "/" + anyUsual
		case s.Variable != "" && form.MatchString(s.Allowed.String()):
			text += "/" + strings.TrimSuffix(strings.TrimPrefix(s.Allowed.String(), "^"), "$")
		default:
			return nil
		}
	}
	return regex.Must(text + "$")
}

// few is how many routes are tried one by one, instead of going through the tree.
const few = 8

// Usual returns, by route, what its usual paths look like: a path that matches is the
// route's if the method is, as Match would say with nothing to object to. The path is that
// of a URL without RawPath and Opaque. There is nil for a route without usual paths, and
// nothing at all if there are too many routes or some of their paths are alike.
func Usual(t *Table) []*regexp.Regexp {
	if t.short.forks || len(t.routes) > few {
		return nil
	}
	return t.short.usual
}

// Method returns the method of a route.
func Method(t *Table, route int) string { return t.routes[route].Method }

// Elsewhere returns what tells paths for which Match finds nothing: they match simple and do
// not match near. Near is nil if there are too many routes to tell so.
func Elsewhere(t *Table) (simple, near *regexp.Regexp) { return t.short.simple, t.short.near }

// Short finds the route of a request with a usual path; None if Match would find nothing at
// all; or Unsure.
func Short(t *Table, method, path string) int {
	if t.short.forks {
		return Unsure
	}
	end := walk(t.exact, path)
	if end == nil {
		return shortPass(t, path)
	}
	route, guarded := end.methods[method]
	if !guarded || t.short.usual[route] == nil || !t.short.usual[route].MatchString(path) {
		return Unsure
	}
	return route
}

// shortPass tells whether a path that matches nothing as it stands has no other reading.
func shortPass(t *Table, path string) int {
	if t.short.simple.MatchString(path) && walk(t.folded, strings.ToLower(path)) == nil {
		return None
	}
	return Unsure
}

// walk follows a path through a tree that does not fork. It counts on nothing to be before
// the first slash.
func walk(n *node, path string) *node {
	segments := strings.Split(path, "/")
	for i := 1; i < len(segments); i++ {
		next := n.literals[segments[i]]
		if next == nil {
			next = n.variable
		}
		if next == nil {
			return nil
		}
		n = next
	}
	return n
}

// forks tells whether somewhere below n both a literal and a variable may follow.
func forks(n *node) bool {
	if n.variable != nil && (len(n.literals) > 0 || forks(n.variable)) {
		return true
	}
	for _, next := range n.literals {
		if forks(next) {
			return true
		}
	}
	return false
}

//go:build yaegi
// +build yaegi

package middleware

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"strings"

	"github.com/attrgate/attrgate/middleware/internal/attribute"
	"github.com/attrgate/attrgate/middleware/internal/pattern"
	"github.com/attrgate/attrgate/middleware/token"
)

// short is what the short way needs beside the gate.
type short struct {
	gate   *Gate
	guards []*shortRoute  // the routes that have usual paths
	routes []*shortRoute  // by number; nil: all requests of the route go the whole way
	simple *regexp.Regexp // see pattern.Elsewhere
	near   *regexp.Regexp // nil: there are many routes
}

// shortRoute is what the short way knows of a route.
type shortRoute struct {
	gate    *Gate
	path    *regexp.Regexp // see pattern.Usual
	method  string
	most    int64 // how many bytes a body may have
	callers *token.Callers
	rules   *attribute.Rules
	other   bool // its bodies are for attribute.ShortOther
}

// What serveShort needs of other packages has names here: each call makes a place for what
// is selected from a package, as for any expression.
const unchanged = attribute.Unchanged

var (
	readFull  = io.ReadFull
	newReader = bytes.NewReader
	nopCloser = io.NopCloser
	errEnded  = io.ErrUnexpectedEOF
)

// usualMedia are content types that it takes no parser to judge.
var usualMedia = map[string]bool{
	"application/json": true, "application/json;charset=utf-8": true, "application/json; charset=utf-8": true,
	"application/json;charset=UTF-8": true, "application/json; charset=UTF-8": true,
}

// unusual are fields of a header with which it does not matter what Content-Type says.
var unusual = []string{"X-Http-Method-Override", "X-Http-Method", "X-Method-Override", "Content-Encoding", "Upgrade"}

// newShort returns nil for a gate whose requests all go the whole way, because somebody
// wants to know all decisions or to have a say in them.
func newShort(g *Gate) *short {
	o := g.options
	if o.OnDecision != nil || o.Now != nil || o.RateLimit != nil || o.Results != nil || o.Proofs != nil {
		return nil
	}
	s := &short{gate: g}
	s.simple, s.near = pattern.Elsewhere(g.table)
	for i, rt := range g.routes {
		s.routes = append(s.routes, newShortRoute(g, rt, pattern.Method(g.table, i)))
	}
	for i, usual := range pattern.Usual(g.table) {
		if usual != nil && s.routes[i] != nil {
			s.routes[i].path = usual
			s.guards = append(s.guards, s.routes[i])
		}
	}
	return s
}

func newShortRoute(g *Gate, rt *route, method string) *shortRoute {
	usual, other := attribute.Usual(rt.rules)
	if rt.bound || rt.strip || rt.introduction != nil || rt.mode != "enforce" || !usual {
		return nil
	}
	return &shortRoute{
		gate: g, method: method, most: rt.bodyBytes, callers: token.NewCallers(g.verifier, rt.schemes, rt.scopes), rules: rt.rules, other: other,
	}
}

// newHandler is the gate in front of a handler. It sends usual requests the short way: those
// of which it is sure that the way would admit them or let them pass. The short way never
// refuses, and leaves all others to the way. Its steps are those of the way.
//
// In the interpreter, a call costs half a microsecond, and each expression in the function
// that is called costs another twentieth, whether it is reached or not. So there are few
// functions here, which say little, and cases instead of conditions with "or", which is an
// expression of its own: see BenchmarkInterpreted in e2e.
func newHandler(g *Gate, next http.Handler) http.Handler {
	if g.short == nil {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serve(g, next, w, r) })
	}
	s := g.short
	guards := s.guards
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, guard := range guards {
			if guard.path.MatchString(r.URL.Path) {
				serveShort(guard, next, w, r)
				return
			}
		}
		serveElse(s, next, w, r)
	})
}

// serveElse is for paths that are those of no route, or of one among many.
func serveElse(s *short, next http.Handler, w http.ResponseWriter, r *http.Request) {
	u := r.URL
	switch {
	case u.RawPath+u.Opaque != "":
	case r.Header["Upgrade"] != nil:
	case s.near == nil:
		serveAmongMany(s.gate, next, w, r)
		return
	case s.near.MatchString(u.Path):
	case s.simple.MatchString(u.Path):
		next.ServeHTTP(w, r)
		return
	}
	serve(s.gate, next, w, r)
}

// serveAmongMany is the same for a gate of many routes.
func serveAmongMany(g *Gate, next http.Handler, w http.ResponseWriter, r *http.Request) {
	found := pattern.Short(g.table, r.Method, r.URL.Path)
	switch {
	case found == pattern.None:
		next.ServeHTTP(w, r)
	case found == pattern.Unsure || g.short.routes[found] == nil:
		serve(g, next, w, r)
	default:
		serveShort(g.short.routes[found], next, w, r)
	}
}

// serveShort is for requests with a path of a route. Those that go the short way are changed
// in place, as Traefik's own middlewares do: in the interpreter, a copy of a request and its
// header costs as much as reading its body.
//
// The body is asked for one byte more than its length, so that its end is seen: net/http says
// errEnded of one that ends before its length as well, but never after it. What such a body
// lacks is zeros, which JSON has nowhere. Of a body without a length nothing is read here.
func serveShort(s *shortRoute, next http.Handler, w http.ResponseWriter, r *http.Request) {
	u := r.URL
	h := r.Header
	kind := h["Content-Type"]
	length := r.ContentLength
	for _, name := range unusual {
		if len(h[name]) > 0 {
			kind = nil
		}
	}
	switch {
	case u.RawPath+u.Opaque+u.RawQuery != "":
	case r.Method != s.method:
	case len(kind) != 1:
	case !usualMedia[kind[0]]:
	case r.Body == nil:
	case length > s.most:
	case token.Knows(s.callers, h):
		body := make([]byte, length+1)
		got, err := readFull(r.Body, body)
		written := ""
		if err == errEnded {
			body = body[:length]
			if s.other {
				written = attribute.ShortOther(s.rules, body)
			} else {
				written = attribute.Short(s.rules, body)
			}
		}
		switch {
		case written == "":
			serveRead(s, next, w, r, body[:got])
			return
		case written == unchanged:
			r.Body = nopCloser(newReader(body))
		default:
			setBody(r, written)
		}
		r.Trailer = nil
		next.ServeHTTP(w, r)
		return
	}
	serve(s.gate, next, w, r)
}

// serveRead sends a request the whole way after some of its body was read, unless all there
// is to say against the short way is that the body's length was not told.
func serveRead(s *shortRoute, next http.Handler, w http.ResponseWriter, r *http.Request, read []byte) {
	if r.ContentLength < 0 {
		all, err := io.ReadAll(io.LimitReader(r.Body, s.most+1))
		if err == nil && int64(len(all)) <= s.most {
			r.Body = nopCloser(newReader(all))
			r.ContentLength = int64(len(all))
			r.TransferEncoding = nil
			serveShort(s, next, w, r)
			return
		}
		read = all
	}
	r.Body = putBack(r, string(read)).Body
	serve(s.gate, next, w, r)
}

// setBody gives a request another body, and a header that does not contradict it.
func setBody(r *http.Request, body string) {
	r.Body = nopCloser(strings.NewReader(body))
	r.ContentLength = int64(len(body))
	redescribe(r.Header, len(body))
}

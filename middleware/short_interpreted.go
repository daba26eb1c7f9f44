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
	usual  []*regexp.Regexp // what the paths of a route usually look like
	guards []*shortRoute    // the routes with these paths
	routes []*shortRoute    // by number; nil: all requests of the route go the whole way
	simple *regexp.Regexp   // see pattern.Elsewhere
	near   *regexp.Regexp   // nil: there are many routes
}

// shortRoute is what the short way knows of a route.
type shortRoute struct {
	method  string
	media   map[string]bool // content types that it takes no parser to judge
	most    int64           // one byte more than a body may have
	long    int             // the same
	callers *token.Callers
	rules   *attribute.Rules
	other   bool // its bodies are for attribute.ShortOther
}

// unchanged is a constant of this package, because another's takes an expression to find.
const unchanged = attribute.Unchanged

// newShort returns nil for a gate whose requests all go the whole way, because somebody
// wants to know all decisions or to have a say in them.
func newShort(g *Gate) *short {
	o := g.options
	if o.OnDecision != nil || o.Now != nil || o.RateLimit != nil || o.Results != nil || o.Proofs != nil {
		return nil
	}
	s := &short{}
	s.simple, s.near = pattern.Elsewhere(g.table)
	for i, rt := range g.routes {
		s.routes = append(s.routes, newShortRoute(rt, pattern.Method(g.table, i), g.verifier))
	}
	for i, usual := range pattern.Usual(g.table) {
		if usual != nil && s.routes[i] != nil {
			s.usual = append(s.usual, usual)
			s.guards = append(s.guards, s.routes[i])
		}
	}
	return s
}

func newShortRoute(rt *route, method string, v *token.Verifier) *shortRoute {
	usual, other := attribute.Usual(rt.rules)
	if rt.bound || rt.strip || rt.introduction != nil || rt.mode != "enforce" || !usual {
		return nil
	}
	media := map[string]bool{}
	for _, form := range []string{"", ";charset=utf-8", "; charset=utf-8", ";charset=UTF-8", "; charset=UTF-8"} {
		media["application/json"+form] = true
	}
	return &shortRoute{
		method: method, media: media, most: rt.bodyBytes + 1, long: int(rt.bodyBytes) + 1,
		callers: token.NewCallers(v, rt.schemes, rt.scopes), rules: rt.rules, other: other,
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
	usual := g.short.usual
	guards := g.short.guards
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for i, path := range usual {
			if path.MatchString(r.URL.Path) {
				serveShort(g, guards[i], next, w, r)
				return
			}
		}
		serveElse(g, next, w, r)
	})
}

// serveElse is for paths that are those of no route, or of one among many.
func serveElse(g *Gate, next http.Handler, w http.ResponseWriter, r *http.Request) {
	s := g.short
	u := r.URL
	switch {
	case u.RawPath+u.Opaque != "":
		serve(g, next, w, r)
	case s.near == nil:
		serveAmongMany(g, next, w, r)
	case s.near.MatchString(u.Path):
		serve(g, next, w, r)
	case s.simple.MatchString(u.Path):
		next.ServeHTTP(w, r)
	default:
		serve(g, next, w, r)
	}
}

// serveAmongMany is the same for a gate of many routes.
func serveAmongMany(g *Gate, next http.Handler, w http.ResponseWriter, r *http.Request) {
	found := pattern.Short(g.table, r.Method, r.URL.Path)
	switch {
	case found == pattern.None:
		next.ServeHTTP(w, r)
	case found == pattern.Unsure:
		serve(g, next, w, r)
	case g.short.routes[found] == nil:
		serve(g, next, w, r)
	default:
		serveShort(g, g.short.routes[found], next, w, r)
	}
}

// serveShort is for requests with a path of a route. Those that go the short way are changed
// in place, as Traefik's own middlewares do: in the interpreter, a copy of a request and its
// header costs as much as reading its body.
func serveShort(g *Gate, s *shortRoute, next http.Handler, w http.ResponseWriter, r *http.Request) {
	u := r.URL
	h := r.Header
	sent := h["Authorization"]
	kind := h["Content-Type"]
	switch {
	case u.RawPath+u.Opaque+u.RawQuery != "":
	case r.Method != s.method:
	case h["X-Http-Method-Override"] != nil:
	case h["X-Http-Method"] != nil:
	case h["X-Method-Override"] != nil:
	case len(sent) != 1:
	case len(kind) != 1:
	case !s.media[kind[0]]:
	case h["Content-Encoding"] != nil:
	case r.Body == nil:
	case !token.Knows(s.callers, sent[0]):
	default:
		body, err := io.ReadAll(io.LimitReader(r.Body, s.most))
		written := ""
		switch {
		case err != nil:
		case len(body) >= s.long:
		case s.other:
			written = attribute.ShortOther(s.rules, body)
		default:
			written = attribute.Short(s.rules, body)
		}
		if written == "" {
			r.Body = putBack(r, string(body)).Body
			break
		}
		if written == unchanged {
			r.Body = io.NopCloser(bytes.NewReader(body))
			r.ContentLength = int64(len(body))
		} else {
			setBody(r, written)
		}
		r.TransferEncoding = nil
		r.Trailer = nil
		next.ServeHTTP(w, r)
		return
	}
	serve(g, next, w, r)
}

// usually returns what becomes of a usual body of a route, for requests that go the way
// because their sender is not known yet; "" for others, and where somebody is told what is
// in all of them.
func usually(g *Gate, found int, body string, told bool) string {
	if told || g.short == nil || g.short.routes[found] == nil {
		return ""
	}
	s := g.short.routes[found]
	written := ""
	if !attribute.Taught(s.rules) {
		return ""
	}
	if s.other {
		written = attribute.ShortOther(s.rules, []byte(body))
	} else {
		written = attribute.Short(s.rules, []byte(body))
	}
	if written == unchanged {
		return body
	}
	return written
}

// setBody gives a request another body, and a header that does not contradict it.
func setBody(r *http.Request, body string) {
	r.Body = io.NopCloser(strings.NewReader(body))
	r.ContentLength = int64(len(body))
	redescribe(r.Header, len(body))
}

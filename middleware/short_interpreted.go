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
	usual  []*regexp.Regexp // what the paths of a route usually look like, by route
	routes []*shortRoute    // whose paths these are
	simple *regexp.Regexp   // see pattern.Elsewhere
	near   *regexp.Regexp   // nil: there are many routes
	all    []*shortRoute    // by number; nil: all requests of the route go the whole way
}

// shortRoute is what the short way knows of a route.
type shortRoute struct {
	method  string
	media   map[string]bool // content types that it takes no parser to judge
	most    int64           // one byte more than a body may have
	long    int             // the same
	callers *token.Callers
	rules   *attribute.Rules
}

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
		s.all = append(s.all, newShortRoute(rt, pattern.Method(g.table, i)))
	}
	for i, usual := range pattern.Usual(g.table) {
		if usual != nil && s.all[i] != nil {
			s.usual = append(s.usual, usual)
			s.routes = append(s.routes, s.all[i])
		}
	}
	return s
}

func newShortRoute(rt *route, method string) *shortRoute {
	if rt.bound || rt.strip || rt.introduction != nil || rt.mode != "enforce" || !attribute.Usual(rt.rules) {
		return nil
	}
	media := map[string]bool{}
	for _, form := range []string{"", ";charset=utf-8", "; charset=utf-8", ";charset=UTF-8", "; charset=UTF-8"} {
		media["application/json"+form] = true
	}
	return &shortRoute{
		method: method, media: media, most: rt.bodyBytes + 1, long: int(rt.bodyBytes) + 1,
		callers: token.NewCallers(), rules: rt.rules,
	}
}

// newHandler is the gate in front of a handler. It sends usual requests the short way: those
// of which it is sure that the way would admit them or let them pass. The short way never
// refuses, and leaves all others to the way. Its steps are those of the way, in the same
// order.
//
// In the interpreter, a call costs half a microsecond, and each expression in the function
// that is called costs another twentieth, whether it is reached or not. So there are few
// functions here, which say little, and closures, which find what was prepared without an
// expression: see BenchmarkInterpreted in e2e.
func newHandler(g *Gate, next http.Handler) http.Handler {
	if g.short == nil {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serve(g, next, w, r) })
	}
	usual := g.short.usual
	guarded := make([]http.Handler, len(g.short.all))
	for i, s := range g.short.all {
		guarded[i] = newGuarded(g, s, next)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for i, path := range usual {
			if path.MatchString(r.URL.Path) {
				guarded[i].ServeHTTP(w, r)
				return
			}
		}
		if !shortElse(g, guarded, next, w, r) {
			serve(g, next, w, r)
		}
	})
}

// shortElse is for paths that are those of no route, or of one among many.
func shortElse(g *Gate, guarded []http.Handler, next http.Handler, w http.ResponseWriter, r *http.Request) bool {
	s := g.short
	u := r.URL
	if u.RawPath+u.Opaque != "" {
		return false
	}
	if s.near == nil {
		return shortAmongMany(g, guarded, next, w, r)
	}
	if s.near.MatchString(u.Path) || !s.simple.MatchString(u.Path) {
		return false
	}
	next.ServeHTTP(w, r)
	return true
}

// shortAmongMany is the same for a gate of many routes.
func shortAmongMany(g *Gate, guarded []http.Handler, next http.Handler, w http.ResponseWriter, r *http.Request) bool {
	found := pattern.Short(g.table, r.Method, r.URL.Path)
	switch found {
	case pattern.Unsure:
		return false
	case pattern.None:
		next.ServeHTTP(w, r)
	default:
		guarded[found].ServeHTTP(w, r)
	}
	return true
}

// newGuarded is for requests with the usual path of a route. It changes those that it
// forwards in place, as Traefik's own middlewares do: in the interpreter it takes as long to
// copy a request as to read its body.
func newGuarded(g *Gate, s *shortRoute, next http.Handler) http.Handler {
	if s == nil {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serve(g, next, w, r) })
	}
	method, media, callers, rules, most, long := s.method, s.media, s.callers, s.rules, s.most, s.long
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u := r.URL
		h := r.Header
		sent := h["Authorization"]
		kind := h["Content-Type"]
		switch {
		case u.RawPath+u.Opaque+u.RawQuery != "":
		case r.Method != method:
		case h["X-Http-Method-Override"] != nil:
		case h["X-Http-Method"] != nil:
		case h["X-Method-Override"] != nil:
		case len(sent) != 1:
		case !token.Knows(callers, sent[0]):
		case len(kind) != 1:
		case !media[kind[0]]:
		case h["Content-Encoding"] != nil:
		case r.Body == nil:
		default:
			body, err := io.ReadAll(io.LimitReader(r.Body, most))
			written := ""
			if err == nil && len(body) < long {
				written = attribute.Short(rules, body)
			}
			if written == "" {
				giveBack(r, body)
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
	})
}

const unchanged = attribute.Unchanged

// giveBack puts back what was read of a body.
func giveBack(r *http.Request, read []byte) { r.Body = putBack(r, string(read)).Body }

// setBody gives a request another body, and a header that does not contradict it.
func setBody(r *http.Request, body string) {
	r.Body = io.NopCloser(strings.NewReader(body))
	r.ContentLength = int64(len(body))
	redescribe(r.Header, len(body))
}

// learn takes note of who sent a request that went the whole way and was admitted.
func learn(g *Gate, found int, r *http.Request, sent token.Sent, claims *token.Claims) {
	if g.short != nil && g.short.all[found] != nil {
		token.Note(g.short.all[found].callers, g.verifier, r.Header["Authorization"][0], sent, claims)
	}
}

//go:build yaegi
// +build yaegi

package middleware

import (
	"io"
	"net/http"
	"regexp"
	"time"
	"unicode/utf8"

	"github.com/attrgate/attrgate/middleware/internal/attribute"
	"github.com/attrgate/attrgate/middleware/internal/pattern"
	"github.com/attrgate/attrgate/middleware/token"
)

// short is what the short way needs beside the gate.
type short struct {
	usual  []*regexp.Regexp // what the paths of a route usually look like, by route
	routes []*shortRoute    // by route; nil: all its requests go the whole way
	simple *regexp.Regexp   // see pattern.Elsewhere
	near   *regexp.Regexp   // nil: there are many routes
}

// shortRoute is what the short way knows of a route.
type shortRoute struct {
	most    int64 // one byte more than a body may have
	long    int   // the same
	callers *token.Callers
	rules   *attribute.Rules
	epoch   time.Time
}

// newShort returns nil for a gate whose requests all go the whole way, because somebody
// wants to know all decisions or to have a say in them.
func newShort(g *Gate) *short {
	o := g.options
	if o.OnDecision != nil || o.Now != nil || o.RateLimit != nil || o.Results != nil || o.Proofs != nil {
		return nil
	}
	s := &short{usual: pattern.Usual(g.table)}
	s.simple, s.near = pattern.Elsewhere(g.table)
	for _, rt := range g.routes {
		s.routes = append(s.routes, newShortRoute(rt))
	}
	return s
}

func newShortRoute(rt *route) *shortRoute {
	if rt.bound || rt.strip || rt.introduction != nil || rt.mode != "enforce" || !attribute.Usual(rt.rules) {
		return nil
	}
	return &shortRoute{
		most: rt.bodyBytes + 1, long: int(rt.bodyBytes) + 1,
		callers: token.NewCallers(), rules: rt.rules, epoch: time.Unix(0, 0),
	}
}

// shortWay forwards usual requests: those of which it is sure that the way would admit them
// or let them pass. It never refuses, and tells whether it forwarded. All others go the way.
// Its steps are those of the way, in the same order.
//
// In the interpreter, a call costs half a microsecond, and each expression in the function
// that is called costs another twentieth, whether it is reached or not. So there are few
// functions here, which say little: see BenchmarkInterpreted in e2e.
func shortWay(g *Gate, next http.Handler, w http.ResponseWriter, r *http.Request) bool {
	if g.short == nil || r.URL.RawPath != "" || r.URL.Opaque != "" {
		return false
	}
	for i, usual := range g.short.usual {
		if usual != nil && usual.MatchString(r.URL.Path) {
			return shortGuarded(g.short.routes[i], next, w, r)
		}
	}
	return shortElse(g, next, w, r)
}

// shortElse is for paths that are those of no route, or of one among many.
func shortElse(g *Gate, next http.Handler, w http.ResponseWriter, r *http.Request) bool {
	if g.short.near == nil {
		return shortAmongMany(g, next, w, r)
	}
	if g.short.near.MatchString(r.URL.Path) || !g.short.simple.MatchString(r.URL.Path) {
		return false
	}
	next.ServeHTTP(w, r)
	return true
}

// shortAmongMany is the same for a gate of many routes.
func shortAmongMany(g *Gate, next http.Handler, w http.ResponseWriter, r *http.Request) bool {
	found := pattern.Short(g.table, r.Method, r.URL.Path)
	if found == pattern.None {
		next.ServeHTTP(w, r)
		return true
	}
	return found != pattern.Unsure && shortGuarded(g.short.routes[found], next, w, r)
}

// shortGuarded forwards a usual request to a route.
func shortGuarded(s *shortRoute, next http.Handler, w http.ResponseWriter, r *http.Request) bool {
	if s == nil || r.URL.RawQuery != "" || r.Body == nil {
		return false
	}
	h := r.Header
	if h["X-Http-Method-Override"] != nil || h["X-Http-Method"] != nil || h["X-Method-Override"] != nil || h["Content-Encoding"] != nil {
		return false
	}
	sent := h["Authorization"]
	media := h["Content-Type"]
	if len(sent) != 1 || len(media) != 1 || !token.Knows(s.callers, r.Method+" "+sent[0]+"\n"+media[0], time.Since(s.epoch)) {
		return false
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, s.most))
	text := string(body)
	if err != nil || len(text) >= s.long || !utf8.ValidString(text) {
		return giveBack(r, text)
	}
	written := attribute.Short(s.rules, text)
	if written == "" {
		return giveBack(r, text)
	}
	if written != text {
		next.ServeHTTP(w, rewritten(r, written))
		return true
	}
	next.ServeHTTP(w, withBody(r, text))
	return true
}

// giveBack puts back what was read of a body.
func giveBack(r *http.Request, read string) bool {
	r.Body = putBack(r, read).Body
	return false
}

// rewritten is a request with another body, and with a header that does not contradict it.
func rewritten(r *http.Request, body string) *http.Request {
	out := withBody(r, body)
	out.Header = r.Header.Clone()
	redescribe(out.Header, len(body))
	return out
}

// learn takes note of who sent a request that went the whole way and was admitted, and how.
// The header fields are those that shortGuarded looks up.
func learn(g *Gate, found int, r *http.Request, sent token.Sent, claims *token.Claims) {
	if g.short == nil || g.short.routes[found] == nil {
		return
	}
	seen := r.Method + " " + r.Header["Authorization"][0] + "\n" + r.Header["Content-Type"][0]
	token.Note(g.short.routes[found].callers, g.verifier, seen, sent, claims)
}

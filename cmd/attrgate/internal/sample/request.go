package sample

import (
	"net/http"
	"strings"

	"github.com/attrgate/attrgate/middleware"
)

// findBase finds a request that the route guards: a path whose variables have values that
// their patterns allow.
func (m *maker) findBase() bool {
	method, path, _ := strings.Cut(m.route.Match, " ")
	patterns := map[string]string{}
	for _, v := range m.route.Variables {
		patterns[v.Name] = v.Pattern
	}
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if name := strings.Trim(segment, "{}"); name != segment {
			segments[i] = segmentFor(patterns[name])
		}
	}
	m.base = Sample{
		Method: method, Path: strings.Join(segments, "/"), Scheme: m.route.Schemes[0], Token: TokenWithScopes,
		Headers: []Header{{"Content-Type", "application/json"}},
	}
	d := decide(m.gate, m.with("{}"))
	return d.Route == m.route.Name && (d.Refusal == nil || d.Refusal.Code != middleware.InvalidPath)
}

// segmentFor finds a value for a variable: a number of the length that ids have, if it may be
// one.
func segmentFor(pattern string) string {
	if pattern == "" {
		return "example"
	}
	texts := append([]string{"4000000012345678901", "example"}, matches(pattern)...)
	for _, text := range texts {
		if wholly(pattern, text) {
			return text
		}
	}
	return texts[0]
}

// callers are requests of those who may not call.
func (m *maker) callers() {
	s := m.with(m.body(m.given))
	s.Token = NoToken
	m.keep("fails: no token", s, middleware.TokenMissing)
	s.Token = TokenWithoutScopes
	m.keep("fails: a token without the scopes", s, middleware.InsufficientScope)
}

// requests are wrong before their bodies are read.
func (m *maker) requests() {
	s := m.with(m.body(m.given))
	s.Path += "/"
	m.keep("fails: a slash at the end of the path", s, middleware.AmbiguousPath)
	m.variables()
	s = m.with(m.body(m.given))
	s.Headers = append([]Header{{"X-HTTP-Method-Override", http.MethodDelete}}, s.Headers...)
	m.keep("fails: another method in a header", s, middleware.MethodOverride)
	s.Headers = []Header{{"Content-Type", "text/plain"}}
	m.keep("fails: not JSON by its Content-Type", s, middleware.UnsupportedMediaType)
}

// variables are paths with a variable that its pattern does not allow.
func (m *maker) variables() {
	_, path, _ := strings.Cut(m.route.Match, " ")
	for i, segment := range strings.Split(path, "/") {
		name := strings.Trim(segment, "{}")
		if name == segment {
			continue
		}
		for _, wrong := range []string{"!", "x!", strings.Repeat("x", 200)} {
			s := m.with(m.body(m.given))
			segments := strings.Split(s.Path, "/")
			segments[i] = wrong
			s.Path = strings.Join(segments, "/")
			if m.keep("fails: "+name+" is not as its pattern has it", s, middleware.InvalidPath) {
				break
			}
		}
	}
}

// bodies are not of the route's shape, or no JSON.
func (m *maker) bodies() {
	good := m.body(m.given)
	m.keep("fails: the JSON is cut off", m.with(good[:len(good)-1]), middleware.MalformedJSON)
	m.keep("fails: a name twice in one object", m.with(`{"a":1,"a":2}`), middleware.MalformedJSON)
	m.keep("fails: a list in the place of an object, or the reverse", m.with(m.otherShape()), middleware.InvalidShape)
	m.keep("fails: no attributes", m.with(m.body(nil)), middleware.InvalidShape)
	if limit := m.route.Limits.BodyBytes; limit < longestBody {
		m.keep("fails: the body is too long", m.with(good+strings.Repeat(" ", int(limit))), middleware.TooLarge)
	}
	many := m.many()
	if body := m.body(many); len(many) > 0 && breaks(decide(m.gate, m.with(body)), "limits.attributes", "") {
		m.keep("fails: too many attributes", m.with(body), middleware.InvalidShape)
	}
}

func (m *maker) otherShape() string {
	if m.route.Body.Shape == "list" {
		return m.around(`{"key":"Example"}`)
	}
	return m.around(`["Example"]`)
}

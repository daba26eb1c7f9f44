//go:build yaegi
// +build yaegi

package middleware_test

import (
	"net/http"
	"testing"

	"github.com/attrgate/attrgate/middleware/policy"
)

// lesson is a route, and the bodies from which its short way learns.
type lesson struct {
	route  policy.Route
	bodies []string
	twin   *twin
	sent   int // since it was taught
}

// maxSent is how many bodies a lesson meets before it is taught anew. What it learns from
// them on the way makes a difference too, but one that cannot be told from a body alone.
const maxSent = 200

// lessons are routes with rules of all kinds.
func lessons() []*lesson {
	rules := []policy.Attribute{
		{Name: "short", Type: "String5"}, {Name: "listed", Values: []string{"a"}}, {Name: "any"}, {NamePattern: "p.*", Type: "Number"},
	}
	objects := objectRoutes()
	for _, route := range []policy.Route{
		{Attributes: rules}, {Attributes: rules, AllowEmpty: true, Keys: policy.Keys{Style: "snake", OnCollision: "last"}},
		{Attributes: rules, Unknown: "drop", Keys: policy.Keys{OnReserved: "prefix"}}, {Types: "documented", Attributes: rules},
		{Limits: policy.Limits{Attributes: 2, ValueLength: 9, BodyBytes: 75}},
	} {
		route.API = policy.SalesIQCustomInfo
		objects = append(objects, route)
	}
	var all []*lesson
	for _, route := range objects {
		all = append(all, &lesson{route: route, bodies: taught(route.Body.Path)})
	}
	for _, route := range listRoutes() {
		all = append(all, &lesson{route: route, bodies: listSeeds()})
	}
	return all
}

// taught are objects at a path, from which a route learns keys that are names, keys that
// become others, and two that become the same.
func taught(path string) []string {
	before, after := `{"customer_info":`, `}`
	switch path {
	case "customer_info.b":
		before, after = `{"customer_info":{"b":`, `}}`
	case "a.b.c":
		before, after = `{"a":{"b":{"c":`, `}}}`
	}
	var bodies []string
	for _, inner := range []string{
		`{"Model":"Class X9","Branch":"Sydney"}`, `{"b": "1", "short": "x", "%visitor.custominfo.Model%": "Class X9"}`, `{"model_name":"x"}`,
		`{"Order  Id":"y","name ":"z","c":"d"}`, `{"%visitor.custominfo.a%":"x"}`, `{"a":"","any":"é"}`, `{"customer_info":"x"}`,
	} {
		bodies = append(bodies, before+inner+after, inner)
	}
	return bodies
}

// compare sends a body to the lesson's gates, the second time with what they learned from it.
func (l *lesson) compare(t *testing.T, body string) {
	t.Helper()
	if l.twin == nil || l.sent >= maxSent {
		l.twin = newTwin(t, policy.Policy{StaticTokens: exampleTokens(), Routes: []policy.Route{l.route}})
		l.sent = 0
		for _, known := range l.bodies {
			l.twin.compare(t, func() *http.Request { return usual(known) })
		}
	}
	l.sent++
	for range [2]int{} {
		l.twin.compare(t, func() *http.Request { return usual(body) })
	}
}

// fuzzSeeds are near what is known by then: look-alikes of keys inside of values, keys that
// meet in one name, what a decoder loses, and values at all depths.
func fuzzSeeds() []string {
	return append([]string{
		`{"customer_info":{"Model":"b",`, `{"customer_info":{"Model":"b"}}"Branch":"d"}}`, `{"customer_info":{"Model"":,"b"}}`, `{"customer_info":{"b":"b","b":"b"}}`,
		`{"customer_info":{"Model":"x","Branch":}}`, `{"customer_info":{"Model":"\u007f"}}`, `{"customer_info":{"pq":"1"}}`, "{\"customer_info\":{\"Model\":\"\xff\"}}",
		`{"customer_info":{"model_name":"model_name","b":"%visitor.custominfo.Model%"}}`, `{"customer_info":{"b":"model_name","model_name" :"x"}}`,
		`{"customer_info":{"%visitor.custominfo.Model%":"x","model_name":"y"}}`, `{"customer_info":{"%visitor.custominfo.a%":"","a":"x"}}`,
		`{"customer_info":{"a":"null","b":""}}`, `{"customer_info":{"a":null,"b":"x"}}`, `{"customer_info":{"short":"","short":null}}`, `{"customer_info":{"short":"123456"}}`,
		`{"customer_info":{"b":{"model_name":"x"}}}`, `{"a":{"b":{"c":{"model_name":"c","c":"x"}}}}`, `{"customer_info":{"customer_info":{"Model":"x"}}}`,
		`[{"key":"free","type":"AlphanumSpecial5","value":{"a":{"b":{"a":"x","b":""}},"key":"y"}}]`, `[{"key":"free","type":"AlphanumSpecial5","value":{"a":{},"b":"xxxxxx"}}]`,
		`[{"key":"free","key":"name","type":"Alphanum5","value":"x"}]`, `[{"key":"free","type":"Alphanum5","value":{"key":"free"}},{}]`,
		`[{"key":"name","type":"String50","value":null}]`, `[{"key":"name","type":"String50","value":""}]`, `{"a":{"b":[{"key":"name","type":"String50","value":"x"}],"b":[]}}`,
	}, listSeeds()...)
}

// FuzzShortWay holds the short way against the way, with any body and a route of any kind.
func FuzzShortWay(f *testing.F) {
	all := lessons()
	for i := range all {
		f.Add(byte(i), all[i].bodies[i%len(all[i].bodies)])
	}
	for i, body := range fuzzSeeds() {
		f.Add(byte(i), body)
		f.Add(byte(i+len(all)/2), body)
	}
	f.Fuzz(func(t *testing.T, route byte, body string) {
		all[int(route)%len(all)].compare(t, body)
	})
}

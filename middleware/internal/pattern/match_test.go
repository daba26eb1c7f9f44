package pattern_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/middleware/internal/pattern"
	"github.com/attrgate/attrgate/middleware/policy"
)

func table(t testing.TB, matches ...string) *pattern.Table {
	t.Helper()
	var ps policy.Problems
	var patterns []pattern.Pattern
	for _, m := range matches {
		route := policy.Route{Match: m}
		patterns = append(patterns, pattern.Parse(route, "routes[0]", &ps))
	}
	built := pattern.New(patterns, "routes", &ps)
	if err := ps.Err(); err != nil {
		t.Fatal(err)
	}
	return built
}

func request(t testing.TB, target string) *url.URL {
	t.Helper()
	u, err := url.ParseRequestURI(target)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

const (
	salesIQ = "PUT /api/v2/{screen_name}/conversations/{conversation_id}"
	forms   = "PUT /forms/{channelSessionId}"
)

func TestExactPathsAreGuarded(t *testing.T) {
	built := table(t, salesIQ, forms)
	for target, route := range map[string]int{
		"/api/v2/portal_1/conversations/400000000001": 0,
		"/forms/5f0e":         1,
		"/forms/5f0e?x=%2F":   1,
		"/forms":              pattern.None,
		"/forms/a/b":          pattern.None,
		"/":                   pattern.None,
		"/api/v2/x/y/z":       pattern.None,
		"/formsx/1":           pattern.None,
		"/api/v2/a%20b/other": pattern.None,
		"//":                  pattern.None,
		"//;x":                pattern.None,
	} {
		m := built.Match("PUT", request(t, target))
		if m.Route != route || m.Lookalike || m.MethodForm {
			t.Errorf("%s: %+v, want route %d", target, m, route)
		}
	}
}

func TestOtherSpellingsAreLookalikes(t *testing.T) {
	built := table(t, salesIQ, forms)
	for _, target := range []string{
		"/Forms/1", "/FORMS/1", "/forms/1/", "//forms/1", "/forms//1", "/./forms/1", "/x/../forms/1",
		"/%66orms/1", "/%2566orms/1", "/%252566orms/1", "/forms%2F1", "/forms%5C1", `/forms\1`, "/forms;v=1/1",
		"/forms/1;v=1", "/forms/..", "/forms/.", "/forms/%2e%2e", "/forms/a%2Fb", "/%25u0066orms/1", "/forms/%31",
		"/x/%2e%2e/forms/1", "/x/..;/forms/1", "/forms%c0%af1", "/../forms/1", "/forms/1//", "/forms/1/.",
		"/api/v2/a%2Fb/%63onversations/1", "/api/v2/a%2Fb/Conversations/1", "/api/v2//conversations/1",
		"/%61pi/v2//conversations/1", "/api/v2/x/conversations/1%00", "/api/v2/x/conversation%C5%BF/1",
		"//host/forms/1", "///host//forms/1", "//u:p@host:80/%66orms/1", `/\host/forms/1`, "/%2Fhost/forms/1", "//host/forms/a%2Fb",
		"/forms/1%3Fa/b", "/forms/1%23a/b", "/forms/1%00/b", "/x/..%2Fforms/1%253F/b", "//host/forms/1%00",
		"/forms/1%0A", "/api/v2//conversations/%2e/", "/api/v2/../conversations//", "/forms/1%0d%0aX:/y", "/forms/1/..;x/..", "/forms//../1", "/x//..//../forms/1", "/forms/1//..", "//h/forms//../1", "/forms/a/.;/..", "/x;/..;/../forms/1", "/forms/1/;/..",
	} {
		m := built.Match("PUT", request(t, target))
		if !m.Lookalike || m.Route == pattern.None {
			t.Errorf("%s: %+v, want a look-alike", target, m)
		}
	}
}

func TestOpaqueTargetsAreLookalikes(t *testing.T) {
	built := table(t, forms)
	for _, opaque := range []string{"forms/1", "/forms/1"} {
		m := built.Match("PUT", &url.URL{Scheme: "http", Opaque: opaque})
		if m.Route != 0 {
			t.Errorf("%s: %+v, want route 0", opaque, m)
		}
	}
}

func TestOtherMethods(t *testing.T) {
	built := table(t, forms, "POST /other")
	for method, want := range map[string]pattern.Match{
		"PUT": {Route: 0, Near: 0},
		"put": {Route: 0, Near: 0, MethodForm: true},
		"Put": {Route: 0, Near: 0, MethodForm: true},
		"GET": {Route: pattern.None, Near: 0},
	} {
		if m := built.Match(method, request(t, "/forms/1")); m != want {
			t.Errorf("%s: %+v, want %+v", method, m, want)
		}
	}
}

func TestFirstRouteDecides(t *testing.T) {
	built := table(t, "PUT /a/b", "PUT /a/{x}", "PUT /{x}/b", "GET /A/c", "PUT /a/c/d")
	for target, route := range map[string]int{"/a/b": 0, "/a/z": 1, "/z/b": 2, "/a/c": 1, "/a/c/d": 4} {
		if m := built.Match("PUT", request(t, target)); m.Route != route || m.Lookalike {
			t.Errorf("%s: %+v, want route %d", target, m, route)
		}
	}
	if m := built.Match("GET", request(t, "/a/c")); m.Route != 3 || !m.Lookalike {
		t.Errorf("GET /a/c: %+v, want a look-alike of route 3", m)
	}
}

func TestVariablePatterns(t *testing.T) {
	var ps policy.Problems
	route, _ := policy.Builtin(policy.SalesIQCustomInfo)
	built := pattern.New([]pattern.Pattern{pattern.Parse(route, "routes[0]", &ps)}, "routes", &ps)
	if err := ps.Err(); err != nil {
		t.Fatal(err)
	}
	for target, unallowed := range map[string]string{
		"/api/v2/zylker-inc/conversations/1":         "",
		"/api/v2/zylker~inc/conversations/1":         "screen_name",
		"/api/v2/-x/conversations/a.b":               "screen_name",
		"/api/v2/zylker/conversations/a.b":           "conversation_id",
		"/api/v2/zylker/conversations/4000000000012": "",
	} {
		if m := built.Match("PUT", request(t, target)); m.Unallowed != unallowed || m.Lookalike || m.Route != 0 {
			t.Errorf("%s: %+v, want variable %q", target, m, unallowed)
		}
	}
}

func TestProblems(t *testing.T) {
	for match, path := range map[string]string{
		"":                "routes[0].match",
		"/forms":          "routes[0].match",
		"put /forms":      "routes[0].match",
		"PUT forms":       "routes[0].match",
		"PUT /forms/":     "routes[0].match",
		"PUT /a//b":       "routes[0].match",
		"PUT /a/{b}c":     "routes[0].match",
		"PUT /a/{b...}":   "routes[0].match",
		"PUT /a/{$}":      "routes[0].match",
		"PUT /a/../b":     "routes[0].match",
		"PUT /a%20b":      "routes[0].match",
		"PUT /{a}/{a}":    "routes[0].match",
		"PUT /x/{x}":      "routes[0].variables[0].name",
		"PUT /x/{y}/{id}": "routes[0].variables[1].pattern",
	} {
		var ps policy.Problems
		pattern.Parse(policy.Route{Match: match, Variables: []policy.Variable{
			{Name: "id", Pattern: "[0-9]+"}, {Name: "y", Pattern: "("},
		}}, "routes[0]", &ps)
		if len(ps) == 0 || ps[0].Path != path {
			t.Errorf("%q: %v, want a problem at %s", match, ps, path)
		}
	}
}

func TestUnreachableRouteIsAProblem(t *testing.T) {
	var ps policy.Problems
	var patterns []pattern.Pattern
	for _, m := range []string{"PUT /{x}/b", "PUT /a/b", "GET /a/b", "PUT /{y}/b", "PUT /{y}/{z}"} {
		patterns = append(patterns, pattern.Parse(policy.Route{Match: m}, "", &ps))
	}
	pattern.New(patterns, "routes", &ps)
	if len(ps) != 2 || ps[0].Path != "routes[1].match" || ps[1].Path != "routes[3].match" {
		t.Errorf("got %v", ps)
	}
}

// TestOctetsMayBeEncodedManyTimes sends one that a decoder takes half a million passes for.
// Most of these may be any path.
func TestOctetsMayBeEncodedManyTimes(t *testing.T) {
	built := table(t, forms)
	for target, near := range map[string]int{
		"/%" + strings.Repeat("25", 500000) + "66orms/1":                 0,
		"/form%" + strings.Repeat("25u0025", 100000) + "%37%" + "33/1":   0,
		"/forms/" + strings.Repeat("%3", 500000) + "5":                   0,
		"/" + strings.Repeat("%3", 500000) + "5":                         0,
		"/" + strings.Repeat("%", 500000) + "66orms/" + "%zz%u00zz%u0%2": pattern.None,
	} {
		if m := built.Match("PUT", &url.URL{Opaque: target}); m.Near != near {
			t.Errorf("%.20s: %+v", target, m)
		}
	}
}

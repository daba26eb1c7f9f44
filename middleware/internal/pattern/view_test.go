//go:build !yaegi
// +build !yaegi

package pattern_test

import (
	"net/url"
	"testing"

	"github.com/attrgate/attrgate/middleware/internal/pattern"
	"github.com/attrgate/attrgate/middleware/policy"
)

func TestViewsSayWhy(t *testing.T) {
	var ps policy.Problems
	table := pattern.New([]pattern.Pattern{
		pattern.Parse(policy.Route{
			Match: "PUT /forms/{id}", Variables: []policy.Variable{{Name: "id", Pattern: "[a-z0-9]+"}},
		}, "routes[0]", &ps),
		pattern.Parse(policy.Route{Match: "PUT /{any}/all"}, "routes[1]", &ps),
	}, "routes", &ps)
	if err := ps.Err(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method, path  string
		first, second string
		guarding      int
	}{
		{"PUT", "/forms/1", "it matches", `segment 2 is "1", not "all"`, 0},
		{"PUT", "/forms/all", "it matches", "would match, but an earlier route does", 0},
		{"PUT", "/x/all", `segment 1 is "x", not "forms"`, "it matches", 1},
		{"GET", "/forms/1", "the path matches, but the method is GET, not PUT", `the method is GET, not PUT, and segment 2 is "1", not "all"`, -1},
		{"put", "/forms/1", "the path matches, and the method put is another spelling of PUT", `the method is put, not PUT, and segment 2 is "1", not "all"`, 0},
		{"PUT", "/forms/A", "it matches, but {id} is not of the form that the policy asks for", `segment 2 is "A", not "all"`, 0},
		{"PUT", "/forms/1/2", "the path has 3 segments, not 2", `segment 2 is "1", not "all"`, -1},
		{"PUT", "/Forms/%31/", "the path is another spelling of it: it has percent-encoded characters, it ends in a slash, its letters are of another case",
			`segment 2 is "%31", not "all"`, 0},
		{"GET", "//forms/1", "the path is another spelling of it, but the method is GET, not PUT", `the method is GET, not PUT, and segment 2 is "forms", not "all"`, -1},
	} {
		u, err := url.ParseRequestURI("http://a.example" + c.path)
		if err != nil {
			t.Fatal(err)
		}
		views := table.Views(c.method, u)
		if views[0].Why != c.first || views[1].Why != c.second {
			t.Errorf("%s %s: %q, %q", c.method, c.path, views[0].Why, views[1].Why)
		}
		for i, v := range views {
			if v.Guards != (i == c.guarding) {
				t.Errorf("%s %s: route %d guards it: %v", c.method, c.path, i, v.Guards)
			}
		}
	}
}

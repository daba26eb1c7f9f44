//go:build !yaegi
// +build !yaegi

package pattern_test

import (
	"math/rand"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/middleware/internal/pattern"
	"github.com/attrgate/attrgate/middleware/policy"
)

// usualTables have routes that fork and such that do not, literals that URLs escape, many
// literals, many variables, and methods on one path.
func usualTables(t testing.TB) []*pattern.Table {
	var ps policy.Problems
	route, _ := policy.Builtin(policy.SalesIQCustomInfo)
	return []*pattern.Table{
		table(t, salesIQ, forms),
		pattern.New([]pattern.Pattern{pattern.Parse(route, "routes[0]", &ps)}, "routes", &ps),
		table(t, "PUT /a/b", "PUT /a/{x}", "GET /a/b", "PUT /{x}/b", "PUT /a/b/a/b"),
		table(t, "GET /{x}", "PUT /{y}", "PUT /{x}/{y}", "POST /{x}/{y}/{a}/{b}/{c}", "PUT /{x}/{y}/{a}/{b}/{c}/{d}"),
		table(t, "PUT /a(b", "PUT /a", "PUT /a=b/{x}", "PUT /b", "PUT /A", "PUT /a.b/~/{x}", "PUT /ab"),
		table(t, "PUT /a", "PUT /b", "PUT /ab", "PUT /ba", "PUT /A", "PUT /a.b/{x}", "GET /a/{x}/b"),
	}
}

// FuzzUsualPaths holds what is found for usual paths to what is found without a way for them.
func FuzzUsualPaths(f *testing.F) {
	for _, seed := range []string{
		"/a/b", "/api/v2/zylkerinc/conversations/1", "/forms/1", "/forms/.x", "/forms/..", "/a(b", "/a%28b", "/a=b/x", "/a//b", "/a/", "/", "",
		"*", "/a.b/~/x", "/ab/c", "/x/y/a/b/c/d", "/A", "/forms/\u00e9", "/forms/a;b", "//forms/1", "/forms/%41",
	} {
		f.Add("PUT", seed)
		f.Add("get", seed)
	}
	tables := usualTables(f)
	f.Fuzz(func(t *testing.T, method, target string) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			u = &url.URL{Path: target}
		}
		for i, built := range tables {
			if got, want := built.Match(method, u), built.Thorough().Match(method, u); got != want {
				t.Fatalf("%d: %s %q: %+v, want %+v", i, method, target, got, want)
			}
		}
	})
}

// TestUsualPaths does the same with paths made of what the tables know.
func TestUsualPaths(t *testing.T) {
	parts := []string{"/", "/", "/", "a", "b", "ab", "A", ".", "..", "forms", "api", "v2", "conversations", "x-1", "a(b", "a=b", "a.b", "~", "%41", ";", "\u00e9", "?"}
	random := rand.New(rand.NewSource(1))
	tables, found := usualTables(t), 0
	for i := 0; i < 5000; i++ {
		var path strings.Builder
		for n := random.Intn(12); n >= 0; n-- {
			path.WriteString(parts[random.Intn(len(parts))])
		}
		u, err := url.ParseRequestURI("/" + path.String())
		if err != nil {
			continue
		}
		for n, built := range tables {
			for _, method := range []string{http.MethodPut, http.MethodGet, "put"} {
				got := built.Match(method, u)
				if want := built.Thorough().Match(method, u); got != want {
					t.Fatalf("%d: %s %q: %+v, want %+v", n, method, u, got, want)
				}
				if got.Route != pattern.None && !got.Lookalike {
					found++
				}
			}
		}
	}
	if found < 100 {
		t.Errorf("%d paths were a route's", found)
	}
}

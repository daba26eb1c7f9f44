package pattern_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"github.com/attrgate/attrgate/middleware/internal/pattern"
	"github.com/attrgate/attrgate/middleware/policy"
)

// variablePatterns are simple ones, which are not matched by package regexp where code is
// compiled, and others.
func variablePatterns() []string {
	return []string{
		"[A-Za-z0-9_-]{1,64}", "[A-Za-z0-9][A-Za-z0-9_.-]{0,9}", "[a-c]", "[a-c]+", "[a-c]*", "[a-c]?", "[0-9]{4}", "[0-9]{2,}",
		"[a-c]+[0-9]", "abc", "[a-c]|[0-9]{3}", "(?i)[a-c]+", "[^a-c]+", "[é]+", "(?:[a-c]{2}){3}", "[a-c]{2}[0-9]{2}[x-z]+?", "\\w+", "",
	}
}

func withVariable(t testing.TB, variable string) *pattern.Table {
	t.Helper()
	var ps policy.Problems
	route := policy.Route{Match: "PUT /x/{v}"}
	if variable != "" {
		route.Variables = []policy.Variable{{Name: "v", Pattern: variable}}
	}
	table := pattern.New([]pattern.Pattern{pattern.Parse(route, "routes[0]", &ps)}, "routes", &ps)
	if err := ps.Err(); err != nil {
		t.Fatal(err)
	}
	return table
}

// FuzzVariables holds the patterns of variables to what package regexp says.
func FuzzVariables(f *testing.F) {
	for _, seed := range []string{"a", "abc", "1234", "12", "ab12xy", "A.b", "aabbcc", "\u017f", "c3", "-", "0123456789_"} {
		f.Add(seed)
	}
	tables := map[string]*pattern.Table{}
	for _, p := range variablePatterns() {
		tables[p] = withVariable(f, p)
	}
	f.Fuzz(func(t *testing.T, value string) {
		u := &url.URL{Path: "/x/" + value}
		if value == "" || (&url.URL{Path: "/" + value}).EscapedPath() != "/"+value || regexp.MustCompile(`[/%;\\]|^\.`).MatchString(value) {
			return // another path, or not plain
		}
		for p, table := range tables {
			want := p == "" || regexp.MustCompile("^(?:"+p+")$").MatchString(value)
			if got := table.Match(http.MethodPut, u).Unallowed == ""; got != want {
				t.Fatalf("%q is allowed by %q: %v, want %v", value, p, got, want)
			}
		}
	})
}

// BenchmarkVariables measures a match, and the regular expression of the variable alone.
func BenchmarkVariables(b *testing.B) {
	const form, value = "[A-Za-z0-9_-]{1,64}", "4000000012345678901"
	found, u := withVariable(b, form), &url.URL{Path: "/x/" + value}
	b.Run("table", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; i < b.N; i++ {
			if found.Match(http.MethodPut, u).Unallowed != "" {
				b.Fatal("not allowed")
			}
		}
	})
	expression := regexp.MustCompile("^(?:" + form + ")$")
	b.Run("regexp", func(b *testing.B) {
		for i := 0; i < b.N; i++ {
			if !expression.MatchString(value) {
				b.Fatal("not allowed")
			}
		}
	})
}

//go:debug httpmuxgo121=0

package pattern_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/middleware/internal/pattern"
)

// FuzzSameAsServeMux holds the matcher against net/http's: whatever ServeMux routes to
// the pattern without cleaning the path first, we guard or call a look-alike, and a
// request we guard without a word is one that ServeMux routes there too.
func FuzzSameAsServeMux(f *testing.F) {
	for _, seed := range []string{"/forms/1", "/Forms/1", "/forms/%2e", "/a/../forms/1", "/forms/a%2Fb", "/", "*", "/forms/1;x"} {
		f.Add(seed)
	}
	built := table(f, forms, salesIQ)
	mux := http.NewServeMux()
	mux.HandleFunc(forms, func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc(salesIQ, func(http.ResponseWriter, *http.Request) {})
	f.Fuzz(func(t *testing.T, target string) {
		u, err := url.ParseRequestURI(target)
		if err != nil || u.Opaque != "" || !strings.HasPrefix(u.Path, "/") {
			return
		}
		_, routed := mux.Handler(&http.Request{Method: "PUT", URL: u, Host: "x"})
		m := built.Match("PUT", u)
		if routed != "" && m.Route == pattern.None {
			t.Errorf("%q: ServeMux routes to %s, we to nothing", target, routed)
		}
		if routed == "" && m.Route != pattern.None && !m.Lookalike {
			t.Errorf("%q: ServeMux routes to nothing, we to route %d", target, m.Route)
		}
	})
}

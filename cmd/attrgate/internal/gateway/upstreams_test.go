package gateway_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
)

func TestEveryRouteHasItsBackend(t *testing.T) {
	named := func(name string) string {
		return serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, name+" "+r.URL.Path) }).URL
	}
	front, _ := open(t,
		config.Upstream{Routes: []string{"a"}, URLs: []string{named("for a") + "/base"}},
		config.Upstream{URLs: []string{named("rest")}},
		config.Upstream{Routes: []string{"b"}, URLs: []string{named("for b")}})
	for route, want := range map[string]string{"a": "for a /base/x", "b": "for b /x", "c": "rest /x", "": "rest /x"} {
		request, _ := http.NewRequest("GET", front+"/x", nil)
		request.Header.Set("Route", route)
		reply, err := client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(reply.Body)
		if _ = reply.Body.Close(); string(body) != want {
			t.Errorf("route %q: %s", route, body)
		}
	}
}

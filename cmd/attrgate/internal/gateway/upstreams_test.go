package gateway_test

import (
	"io"
	"log"
	"net/http"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/gateway"
)

func TestEveryRouteHasItsBackend(t *testing.T) {
	named := func(name string) string {
		return serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, name+" "+r.URL.Path) }).URL
	}
	u, err := gateway.NewUpstreams([]config.Upstream{
		{Routes: []string{"a"}, URLs: []string{named("for a") + "/base"}},
		{URLs: []string{named("rest")}},
		{Routes: []string{"b"}, URLs: []string{named("for b")}},
	}, log.New(io.Discard, "", 0))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(u.Close)
	front := serve(t, u.Handler(func(r *http.Request) string { return r.Header.Get("Route") }).ServeHTTP)
	for route, want := range map[string]string{"a": "for a /base/x", "b": "for b /x", "c": "rest /x", "": "rest /x"} {
		request, _ := http.NewRequest("GET", front.URL+"/x", nil)
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

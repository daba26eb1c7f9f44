package gateway_test

import (
	"io"
	"log"
	"net/http"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/gateway"
)

func TestEveryRouteHasItsBackend(t *testing.T) {
	named := func(name string) string {
		return serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, name+" "+r.URL.Path) }).URL
	}
	u, err := gateway.NewUpstreams([]string{"a=" + named("for a") + "/base", named("rest"), "b=" + named("for b")}, log.New(io.Discard, "", 0))
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
	if err := u.Check([]string{"c", "b", "a"}); err != nil {
		t.Error(err)
	}
	if err := u.Check([]string{"b"}); err == nil || err.Error() != `there is an upstream for the route "a", which the policy does not have` {
		t.Errorf("got %v", err)
	}
}

func TestUpstreamsThatAreNoSet(t *testing.T) {
	for want, specs := range map[string][]string{
		"one upstream must be a plain URL: it gets the requests that no route guards": {"a=http://x"},
		"two upstreams are plain URLs; write route=URL for all but one":               {"http://x", "http://y"},
		`the route "a" has two upstreams`:                                             {"a=http://x", "a=http://y"},
		`upstream "" is not an http or https URL with a host`:                         {"a="},
	} {
		if _, err := gateway.NewUpstreams(specs, nil); err == nil || err.Error() != want {
			t.Errorf("%q: got %v", specs, err)
		}
	}
}

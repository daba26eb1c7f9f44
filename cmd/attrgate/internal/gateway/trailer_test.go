package gateway_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestProxyPassesTrailersBothWays(t *testing.T) {
	seen := make(chan http.Header, 1)
	backend := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		seen <- r.Trailer
		w.Header().Set("Trailer", "X-Sum")
		_, _ = io.WriteString(w, "body")
		w.Header().Set("X-Sum", "of the reply")
		w.Header().Set(http.TrailerPrefix+"X-Late", "too")
	})
	p, _ := newProxy(t, backend.URL)
	request, _ := http.NewRequest("POST", serve(t, p.ServeHTTP).URL, io.MultiReader(strings.NewReader("body")))
	request.Trailer = http.Header{"X-Sum": {"of the request"}}
	reply, err := client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	if body, err := io.ReadAll(reply.Body); string(body) != "body" || err != nil {
		t.Errorf("%q, %v", body, err)
	}
	if got := <-seen; got.Get("X-Sum") != "of the request" {
		t.Errorf("the backend saw %v", got)
	}
	if reply.Trailer.Get("X-Sum") != "of the reply" || reply.Trailer.Get("X-Late") != "too" {
		t.Errorf("the client saw %v", reply.Trailer)
	}
}

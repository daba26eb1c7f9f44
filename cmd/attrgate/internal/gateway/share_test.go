package gateway_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/gateway"
)

// TestWhatAReloadDoesNotChangeStays makes upstreams anew, with the same backends and with
// others, closes those of before, and counts connections.
func TestWhatAReloadDoesNotChangeStays(t *testing.T) {
	var opened atomic.Int64
	backend := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "x") }))
	backend.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	backend.Start()
	defer backend.Close()
	same := config.Gateway{Upstreams: []config.Upstream{{URLs: []string{backend.URL}, Connections: 1}}}
	changed, trusting := same, same
	changed.Upstreams = []config.Upstream{{URLs: []string{backend.URL}, Connections: 1, Host: "client"}}
	trusting.TrustedProxies = []string{"127.0.0.0/8"}
	before, err := gateway.NewUpstreams(same, nil, quietly())
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		next config.Gateway
		want int64
	}{{same, 1}, {same, 1}, {changed, 2}, {changed, 2}, {same, 3}, {trusting, 4}} {
		if _, body := get(t, front(t, before)); body != "x" {
			t.Errorf("%d: got %q", i, body)
		}
		next, err := gateway.NewUpstreams(c.next, before, quietly())
		if err != nil {
			t.Fatal(err)
		}
		before.Close()
		before = next
		if _, body := get(t, front(t, before)); body != "x" || opened.Load() != c.want {
			t.Errorf("%d: got %q over %d connections", i, body, opened.Load())
		}
	}
	before.Close()
}

func TestSharedBackendsWorkUntilTheLastOneIsClosed(t *testing.T) {
	checked := make(chan bool)
	backend := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case checked <- true:
		case <-r.Context().Done(): // a check that was under way at the end
		}
	})
	g := config.Gateway{Upstreams: []config.Upstream{{URLs: []string{backend.URL}, Health: config.Health{Path: "/", Interval: "1ms"}}}}
	first, err := gateway.NewUpstreams(g, nil, quietly())
	if err != nil {
		t.Fatal(err)
	}
	second, err := gateway.NewUpstreams(g, first, quietly())
	if err != nil {
		t.Fatal(err)
	}
	first.Close()
	for range 3 {
		<-checked // else this waits for ever
	}
	second.Close() // which waits for the end of the checks
}

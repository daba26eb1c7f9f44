package gateway_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
)

func TestAnUnreachableBackendIsA502(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	p, lines := newProxy(t, "http://"+address)
	front := serve(t, func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("X-Request-Id", "4711")
		p.ServeHTTP(w, r)
	})
	reply, body := get(t, front.URL+"/x?secret=1")
	want := `{"title":"Bad Gateway","status":502,"detail":"the backend could not be reached or broke off","code":"upstream_unavailable"}`
	if reply.StatusCode != 502 || body != want || reply.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d %s %v", reply.StatusCode, body, reply.Header)
	}
	log := lines.String()
	if !strings.HasPrefix(log, `GET "/x": http://`+address+`: dial tcp `+address) || !strings.HasSuffix(log, ` (request "4711")`+"\n") || strings.Contains(log, "secret") {
		t.Errorf("logged %q", log)
	}
}

func TestABackendThatBreaksOffIsA502(t *testing.T) {
	backend := serve(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	p, _ := newProxy(t, backend.URL)
	if reply, _ := get(t, serve(t, p.ServeHTTP).URL); reply.StatusCode != 502 {
		t.Errorf("status %d", reply.StatusCode)
	}
}

func TestASlowBackendIsA504(t *testing.T) {
	backend := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	front, lines := open(t, config.Upstream{URLs: []string{backend.URL}, Timeouts: config.UpstreamTimeouts{ReplyHeader: "10ms"}})
	reply, body := get(t, front)
	if reply.StatusCode != 504 || !strings.Contains(body, `"code":"upstream_timeout"`) || lines.String() == "" {
		t.Errorf("%d %s, logged %q", reply.StatusCode, body, lines)
	}
}

func TestAClientThatLeavesIsNoFailureOfTheBackend(t *testing.T) {
	arrived, left := make(chan bool), make(chan bool)
	backend := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
	})
	p, lines := newProxy(t, backend.URL)
	front := serve(t, func(w http.ResponseWriter, r *http.Request) {
		defer close(left)
		p.ServeHTTP(w, r)
	})
	ctx, cancel := context.WithCancel(context.Background())
	request, _ := http.NewRequestWithContext(ctx, "GET", front.URL, nil)
	go func() { <-arrived; cancel() }()
	if reply, err := client().Do(request); err == nil {
		t.Errorf("answered %d", reply.StatusCode)
	}
	if <-left; lines.String() != "" {
		t.Errorf("logged %q", lines)
	}
}

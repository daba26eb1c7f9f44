package gateway_test

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/gateway"
)

// start serves on a free port and returns its address and a function that asks for the
// end and waits for it.
func start(t *testing.T, h http.HandlerFunc) (string, func() error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- gateway.Serve(ctx, listener, h, log.New(io.Discard, "", 0)) }()
	t.Cleanup(cancel)
	return listener.Addr().String(), func() error {
		cancel()
		select {
		case err := <-ended:
			return err
		case <-time.After(15 * time.Second):
			t.Fatal("Serve does not return")
			return nil
		}
	}
}

func TestServeFinishesWhatIsUnderWay(t *testing.T) {
	arrived, goOn := make(chan bool), make(chan bool)
	address, stop := start(t, func(w http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-goOn
		if r.Context().Err() != nil {
			t.Error("the request was cancelled")
		}
		_, _ = io.WriteString(w, "done")
	})
	stopped := make(chan error, 1)
	go func() {
		<-arrived
		go func() { stopped <- stop() }()
		for refused := false; !refused; { // until nobody listens any more
			connection, err := net.Dial("tcp", address)
			if refused = err != nil; !refused {
				_ = connection.Close()
			}
		}
		close(goOn)
	}()
	if _, body := get(t, "http://"+address); body != "done" {
		t.Errorf("got %q", body)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func TestServeEndsUpgradedConnections(t *testing.T) {
	p, _ := newProxy(t, echo(t))
	address, stop := start(t, p.ServeHTTP)
	connection := upgrade(t, address)
	if err := stop(); err != nil {
		t.Error(err)
	}
	if _, err := io.ReadAll(connection); err != nil {
		t.Errorf("still open: %v", err)
	}
}

func TestServeRefusesHugeHeaders(t *testing.T) {
	address, stop := start(t, func(http.ResponseWriter, *http.Request) {})
	request, _ := http.NewRequest("GET", "http://"+address, nil)
	request.Header.Set("X-Long", strings.Repeat("x", 100<<10))
	reply, err := client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if _ = reply.Body.Close(); reply.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("status %d", reply.StatusCode)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestServeReportsAListenerThatFails(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
	if err := gateway.Serve(context.Background(), listener, http.NotFoundHandler(), nil); err == nil {
		t.Error("no error")
	}
}

package gateway_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/gateway"
)

// run starts a server and returns its URL, what asks for its end, and what Serve returns.
func run(t *testing.T, s gateway.Server) (string, context.CancelFunc, <-chan error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	s.ErrorLog = log.New(io.Discard, "", 0)
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, listener) }()
	return "http://" + listener.Addr().String(), cancel, ended
}

func TestARequestThatOutlivesTheDrainIsCutOff(t *testing.T) {
	arrived := make(chan bool)
	url, end, ended := run(t, gateway.Server{DrainTimeout: 10 * time.Millisecond, Handler: http.HandlerFunc(
		func(_ http.ResponseWriter, r *http.Request) { close(arrived); <-r.Context().Done() })})
	answered := make(chan error, 1)
	go func() {
		reply, err := client().Get(url)
		if err == nil {
			_ = reply.Body.Close()
		}
		answered <- err
	}()
	<-arrived
	end()
	if err := <-ended; !errors.Is(err, gateway.ErrCutOff) {
		t.Errorf("Serve returned %v", err)
	}
	if err := <-answered; err == nil {
		t.Error("the request was answered")
	}
}

func TestNothingIsCutOffIfNothingIsUnderWay(t *testing.T) {
	url, end, ended := run(t, gateway.Server{DrainTimeout: time.Minute, Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})})
	_, _ = get(t, url)
	end()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestNewRequestsAreTakenDuringTheDelay(t *testing.T) {
	url, end, ended := run(t, gateway.Server{DrainDelay: 2 * time.Second, DrainTimeout: time.Minute, Handler: http.HandlerFunc(
		func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "here") })})
	end()
	if _, body := get(t, url); body != "here" {
		t.Errorf("got %q", body)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

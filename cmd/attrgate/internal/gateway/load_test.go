package gateway_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
)

// site is a backend that can be ended without a farewell and started anew at its address.
type site struct {
	address string
	handler http.Handler
	server  *http.Server
}

func newSite(t *testing.T, handler http.HandlerFunc) *site {
	t.Helper()
	s := &site{address: "127.0.0.1:0", handler: handler}
	s.start(t)
	t.Cleanup(s.kill)
	return s
}

func (s *site) start(t *testing.T) {
	t.Helper()
	listener, err := net.Listen("tcp", s.address)
	if err != nil {
		t.Error(err)
		return
	}
	s.address = listener.Addr().String()
	s.server = &http.Server{Handler: s.handler}
	go func(server *http.Server) { _ = server.Serve(listener) }(s.server)
}

func (s *site) kill() {
	_ = s.server.Close()
}

func (s *site) url() string {
	return "http://" + s.address
}

// ledger counts how often each request has reached a backend.
type ledger struct {
	mu   sync.Mutex
	seen map[string]int
}

func newLedger() *ledger {
	return &ledger{seen: map[string]int{}}
}

func (l *ledger) enter(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen[r.URL.Path]++
}

// load is what several clients have sent and got.
type load struct {
	answered atomic.Int64
	statuses sync.Map // path → status
}

// run sends 600 requests, one after the other for each of four clients. After every hundred
// answers it calls disturb, with how many hundreds there were.
func (l *load) run(t *testing.T, method, front string, disturb func(hundreds int)) {
	t.Helper()
	var clients sync.WaitGroup
	for c := range 4 {
		clients.Go(func() {
			own := &http.Client{Transport: &http.Transport{}}
			defer own.CloseIdleConnections()
			for i := range 150 {
				path := fmt.Sprintf("/%d/%d", c, i)
				request, _ := http.NewRequest(method, front+path, strings.NewReader(`{"a":1}`))
				reply, err := own.Do(request)
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, reply.Body)
				_ = reply.Body.Close()
				l.statuses.Store(path, reply.StatusCode)
				if n := l.answered.Add(1); n%100 == 0 {
					disturb(int(n / 100))
				}
			}
		})
	}
	clients.Wait()
	if n := l.answered.Load(); n != 600 {
		t.Errorf("answered %d", n)
	}
}

// check holds every answer against how often its request has reached a backend.
func (l *load) check(t *testing.T, reached *ledger, right func(status, times int) bool) {
	t.Helper()
	l.statuses.Range(func(path, status any) bool {
		if times := reached.seen[path.(string)]; !right(status.(int), times) {
			t.Errorf("%s: status %d, reached a backend %d times", path, status, times)
		}
		return true
	})
}

func TestNoPutIsLostWhenOneOfTwoAddressesDiesUnderLoad(t *testing.T) {
	var sent load
	reached := newLedger()
	one, other := newSite(t, reached.enter), newSite(t, reached.enter)
	sent.run(t, "PUT", guardedFront(t, config.Upstream{URLs: []string{one.url(), other.url()}}), func(hundreds int) {
		if hundreds == 3 {
			one.kill()
		}
	})
	sent.check(t, reached, func(status, times int) bool { return status == 200 && (times == 1 || times == 2) })
}

func TestNoPostIsSentTwiceWhenOneOfTwoAddressesDiesUnderLoad(t *testing.T) {
	var sent load
	reached := newLedger()
	one, other := newSite(t, reached.enter), newSite(t, reached.enter)
	sent.run(t, "POST", guardedFront(t, config.Upstream{URLs: []string{one.url(), other.url()}}), func(hundreds int) {
		if hundreds == 3 {
			one.kill()
		}
	})
	sent.check(t, reached, func(status, times int) bool { return (status == 200 && times == 1) || (status == 502 && times <= 1) })
}

func TestNoPutIsLostWhenAddressesAreRestartedOneAfterTheOther(t *testing.T) {
	var sent load
	reached := newLedger()
	one, other := newSite(t, reached.enter), newSite(t, reached.enter)
	sent.run(t, "PUT", guardedFront(t, config.Upstream{URLs: []string{one.url(), other.url()}}), func(hundreds int) {
		switch hundreds {
		case 2:
			one.kill()
		case 3:
			one.start(t)
			other.kill()
		case 4:
			other.start(t)
		}
	})
	sent.check(t, reached, func(status, times int) bool { return status == 200 && (times == 1 || times == 2) })
}

func TestABackendThatComesBackIsAskedAtOnce(t *testing.T) {
	reached := newLedger()
	one, other := newSite(t, reached.enter), newSite(t, reached.enter)
	front := guardedFront(t, config.Upstream{URLs: []string{one.url(), other.url()}})
	expect := func(want int) {
		t.Helper()
		for i := range 20 {
			if status, _, err := do(t, "PUT", front, "x"); status != want || err != nil {
				t.Errorf("%d: status %d, %v", i, status, err)
			}
		}
	}
	expect(200)
	one.kill()
	other.kill()
	expect(502)
	one.start(t)
	other.start(t)
	expect(200)
}

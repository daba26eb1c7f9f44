package load_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/attrgate/attrgate/bench/internal/load"
)

func target(t *testing.T, handler http.HandlerFunc) load.Target {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	r, err := http.NewRequest(http.MethodPut, "http://gateway.example.com/", strings.NewReader("body"))
	if err != nil {
		t.Fatal(err)
	}
	target, err := load.NewTarget(strings.TrimPrefix(server.URL, "http://"), r)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

// TestClosedCountsEveryAnswer: what the server answered is what the result has.
func TestClosedCountsEveryAnswer(t *testing.T) {
	var answered atomic.Int64
	at := target(t, func(w http.ResponseWriter, _ *http.Request) {
		if answered.Add(1)%7 == 0 {
			w.Header().Set("Connection", "close")
		}
		w.Write([]byte("{}"))
	})
	result, err := load.Closed(at, 4, 100*time.Millisecond)
	if err != nil || result.Failures != 0 {
		t.Fatal(err, result.Failures, result.Failure)
	}
	if int64(len(result.Latencies)) != answered.Load() || answered.Load() == 0 {
		t.Errorf("%d latencies of %d answers", len(result.Latencies), answered.Load())
	}
}

// TestRequestsTakeTurns: over all connections together, each is sent as often as any other.
func TestRequestsTakeTurns(t *testing.T) {
	var mu sync.Mutex
	sent := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		sent[r.URL.Path]++
		w.Write([]byte("{}"))
	}))
	t.Cleanup(server.Close)
	var requests []*http.Request
	for _, path := range []string{"/a", "/b", "/c"} {
		requests = append(requests, httptest.NewRequest(http.MethodGet, path, nil))
	}
	at, err := load.NewTarget(strings.TrimPrefix(server.URL, "http://"), requests...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := load.Closed(at, 4, 100*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	a, b, c := sent["/a"], sent["/b"], sent["/c"]
	if max(a, b, c)-min(a, b, c) > 1 || b == 0 {
		t.Errorf("%d, %d and %d times", a, b, c)
	}
}

// TestClosedReportsFailures: an answer other than 200 is no answer.
func TestClosedReportsFailures(t *testing.T) {
	at := target(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	if result, err := load.Closed(at, 1, time.Minute); err == nil || len(result.Latencies) != 0 {
		t.Errorf("%d answers, %v", len(result.Latencies), err)
	}
}

// TestOpenCountsTheWait: while the server stands still once, the requests that were due
// meanwhile have waited, not only the one that met it.
func TestOpenCountsTheWait(t *testing.T) {
	const still = 200 * time.Millisecond
	var answered atomic.Int64
	at := target(t, func(w http.ResponseWriter, _ *http.Request) {
		if answered.Add(1) == 1 {
			time.Sleep(still)
		}
		w.Write([]byte("{}"))
	})
	result, err := load.Open(at, 1, 100, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	waited := 0
	for _, l := range result.Latencies {
		if l > still/4 {
			waited++
		}
	}
	if waited < 10 {
		t.Errorf("%d requests waited, want those of about %s", waited, still*3/4)
	}
}

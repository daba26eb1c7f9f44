package load_test

import (
	"fmt"
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

// TestRequestsTakeTurns: none comes again before all others, but for those that are under way.
func TestRequestsTakeTurns(t *testing.T) {
	const connections, requests = 3, 20
	var mu sync.Mutex
	var paths []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		paths = append(paths, r.URL.Path)
		w.Write([]byte("{}"))
	}))
	t.Cleanup(server.Close)
	var all []*http.Request
	for i := range requests {
		all = append(all, httptest.NewRequest(http.MethodGet, fmt.Sprint("/", i), nil))
	}
	at, err := load.NewTarget(strings.TrimPrefix(server.URL, "http://"), all...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := load.Closed(at, connections, 100*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	last := map[string]int{}
	for i, path := range paths {
		if before, seen := last[path]; seen && i-before < requests-2*connections {
			t.Errorf("%s is number %d and %d", path, before, i)
		}
		last[path] = i
	}
	if len(last) != min(requests, len(paths)) {
		t.Errorf("%d of %d requests were sent", len(last), requests)
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

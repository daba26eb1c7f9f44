package upstream_test

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/upstream"
)

// patient is a backend with a health check whose status may change.
func patient(t *testing.T, name string, status *atomic.Int64) string {
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.RequestURI == "/health?deep=1" && r.Header.Get("User-Agent") == "attrgate" {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(int(status.Load()))
		}
		_, _ = io.WriteString(w, name)
	})
}

func TestAnAddressThatIsNotWellGetsNoRequests(t *testing.T) {
	var a, b atomic.Int64
	a.Store(302)
	b.Store(204)
	log, first, second := make(lines, 64), patient(t, "a", &a), patient(t, "b", &b)
	p := newPool(t, config.Upstream{
		URLs:   []string{first + "/base", second},
		Health: config.Health{Path: "/health?deep=1", Interval: "5ms"},
	}, upstream.Options{ErrorLog: log.logger()})
	if line := log.await(t, "not well"); line != "upstream default: "+first+"/base is not well: status 302\n" {
		t.Errorf("logged %q", line)
	}
	if states := p.State(); states[0].Illness != "health check: status 302" || states[1].Illness != "" {
		t.Errorf("got %+v", states)
	}
	for range 6 {
		if got := get(t, p, "/"); got != "b" {
			t.Errorf("asked %s", got)
		}
	}
	b.Store(500)
	log.await(t, second+" is not well: status 500")
	counted := map[string]int{}
	for range 6 {
		counted[get(t, p, "/")]++
	}
	if counted["a"] != 3 || counted["b"] != 3 {
		t.Errorf("none is well: asked %v", counted)
	}
	a.Store(200)
	log.await(t, first+"/base is well again")
	for range 6 {
		if got := get(t, p, "/"); got != "a" {
			t.Errorf("asked %s", got)
		}
	}
}

func TestAHealthCheckDoesNotWait(t *testing.T) {
	log := make(lines, 64)
	stuck := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	newPool(t, config.Upstream{
		URLs: []string{stuck}, Health: config.Health{Path: "/", Interval: "1ms", Timeout: "20ms", Unhealthy: 1},
	}, upstream.Options{ErrorLog: log.logger()})
	if line := log.await(t, "not well"); !strings.HasSuffix(line, ": no reply within 20ms\n") {
		t.Errorf("logged %q", line)
	}
}

// TestTheLastAddressThatIsWellIsNotLeftAlone has one that fails its checks and one that fails
// requests.
func TestTheLastAddressThatIsWellIsNotLeftAlone(t *testing.T) {
	var a atomic.Int64
	a.Store(500)
	log := make(lines, 64)
	p := newPool(t, config.Upstream{
		URLs:     []string{patient(t, "a", &a), serve(t, failsButItsChecks)},
		Health:   config.Health{Path: "/health?deep=1", Interval: "5ms"},
		Outliers: config.Outliers{Failures: 1},
	}, upstream.Options{ErrorLog: log.logger()})
	log.await(t, "not well")
	for range 3 {
		_ = get(t, p, "/")
	}
	if states := p.State(); states[0].Illness == "" || states[1].Illness != "" {
		t.Errorf("got %+v", states)
	}
}

func failsButItsChecks(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/health" {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

// TestChecksThatAllFailTellNothing has two addresses that fail their checks, perhaps because
// these ask for what is not there, and one of them fails requests too.
func TestChecksThatAllFailTellNothing(t *testing.T) {
	var a, b atomic.Int64
	a.Store(404)
	b.Store(503)
	log := make(lines, 64)
	good, bad := patient(t, "a", &a), moody(t, "b", &b)
	p := newPool(t, config.Upstream{
		URLs:     []string{good, bad},
		Health:   config.Health{Path: "/health?deep=1", Interval: "5ms"},
		Outliers: config.Outliers{Failures: 2, Ejection: "1h"},
	}, upstream.Options{ErrorLog: log.logger()})
	for range 2 {
		log.await(t, "not well")
	}
	counted := map[string]int{}
	for range 20 {
		counted[get(t, p, "/")]++
	}
	if counted["a"] != 18 || counted["b"] != 2 {
		t.Errorf("asked %v", counted)
	}
}

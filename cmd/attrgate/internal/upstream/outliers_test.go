package upstream_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/upstream"
)

// moody is a backend that answers with its name and a status that may change.
func moody(t *testing.T, name string, status *atomic.Int64) string {
	return serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(int(status.Load()))
		_, _ = io.WriteString(w, name)
	})
}

func TestAnAddressThatFailsIsLeftAlone(t *testing.T) {
	var status atomic.Int64
	status.Store(503)
	bad, log := moody(t, "bad", &status), make(lines, 64)
	ejected := make(chan string, 64)
	p := newPool(t, config.Upstream{
		Name: "ccm", URLs: []string{bad, named(t, "good")}, Outliers: config.Outliers{Failures: 3, Ejection: "1h"},
	}, upstream.Options{ErrorLog: log.logger(), Ejected: func(upstream, address string) { ejected <- upstream + " " + address }})
	counted := map[string]int{}
	for range 20 {
		counted[get(t, p, "/")]++
	}
	if counted["bad"] != 3 || counted["good"] != 17 {
		t.Errorf("got %v", counted)
	}
	if got := <-ejected; got != "ccm "+bad || len(ejected) != 0 {
		t.Errorf("ejected %s", got)
	}
	if line := log.await(t, "left alone"); line != "upstream ccm: "+bad+" is left alone for 1h0m0s after 3 failures in a row\n" {
		t.Errorf("logged %q", line)
	}
	if states := p.State(); states[0].Illness != "left alone after failures" || states[1].Illness != "" {
		t.Errorf("got %+v", states)
	}
}

// TestAnAddressThatWasLeftAloneIsAskedAgain lets it fail once more, for which it is left alone
// longer, and then succeed.
func TestAnAddressThatWasLeftAloneIsAskedAgain(t *testing.T) {
	var status atomic.Int64
	status.Store(503)
	log := make(lines, 64)
	p := newPool(t, config.Upstream{
		URLs: []string{moody(t, "bad", &status), named(t, "good")}, Outliers: config.Outliers{Failures: 2, Ejection: "5ms"},
	}, upstream.Options{ErrorLog: log.logger()})
	for asked := 0; asked < 3; {
		if get(t, p, "/") == "bad" {
			asked++
		}
	}
	log.await(t, " for 5ms after 2 failures")
	log.await(t, " for 10ms after 3 failures")
	status.Store(200)
	for get(t, p, "/") != "bad" {
	}
	if states := p.State(); states[0].Illness != "" {
		t.Errorf("got %+v", states)
	}
}

func TestOneAddressIsAlwaysLeft(t *testing.T) {
	var status atomic.Int64
	status.Store(502)
	p := newPool(t, config.Upstream{
		URLs:     []string{moody(t, "a", &status), moody(t, "b", &status), moody(t, "c", &status)},
		Outliers: config.Outliers{Failures: 1, MaxPercent: 100},
	}, upstream.Options{})
	for range 20 {
		_ = get(t, p, "/")
	}
	well := 0
	for _, s := range p.State() {
		if s.Illness == "" {
			well++
		}
	}
	if well != 1 {
		t.Errorf("%d are well: %+v", well, p.State())
	}
}

func TestFailuresThatAreNotInARowDoNotCount(t *testing.T) {
	for name, c := range map[string]struct {
		outliers config.Outliers
		statuses []int64
	}{
		"with a success between": {config.Outliers{Failures: 2}, []int64{503, 200, 504, 500, 502, 404}},
		"never":                  {config.Outliers{Failures: -1}, []int64{503, 503, 503}},
	} {
		var status atomic.Int64
		p := newPool(t, config.Upstream{URLs: []string{moody(t, "a", &status), moody(t, "b", &status)}, Outliers: c.outliers}, upstream.Options{})
		for _, s := range c.statuses {
			status.Store(s)
			_, _ = get(t, p, "/"), get(t, p, "/")
		}
		if states := p.State(); states[0].Illness != "" || states[1].Illness != "" {
			t.Errorf("%s: %+v", name, states)
		}
	}
}

// TestAClientsFaultIsNotTheBackends leaves, and breaks off a body.
func TestAClientsFaultIsNotTheBackends(t *testing.T) {
	p := newPool(t, config.Upstream{
		URLs: []string{named(t, "a"), named(t, "b")}, Outliers: config.Outliers{Failures: 1},
	}, upstream.Options{Retried: func(string, string) { t.Error("sent again") }})
	left, leave := context.WithCancel(t.Context())
	leave()
	broken, _ := http.NewRequest("PUT", "/", io.MultiReader(strings.NewReader("half"), failing{}))
	for _, r := range []*http.Request{request("GET", "/", "").WithContext(left), broken} {
		if body, err := ask(p, r); err == nil {
			t.Errorf("answered %s", body)
		}
	}
	if states := p.State(); states[0].Illness != "" || states[1].Illness != "" {
		t.Errorf("got %+v", states)
	}
}

// failing is a body that breaks off.
type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

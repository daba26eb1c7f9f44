package upstream_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/backendtest"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/upstream"
)

func TestEqualAddressesTakeTurns(t *testing.T) {
	p := newPool(t, config.Upstream{URLs: []string{named(t, "a"), named(t, "b"), named(t, "c")}}, upstream.Options{})
	counted := map[string]int{}
	for range 30 {
		counted[get(t, p, "/")]++
	}
	if counted["a"] != 10 || counted["b"] != 10 || counted["c"] != 10 {
		t.Errorf("got %v", counted)
	}
}

func TestTheAddressWithTheFewestRequestsIsChosen(t *testing.T) {
	arrived, release := make(chan string, 8), make(chan bool)
	slow := func(name string) string {
		return serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/slow" {
				arrived <- name
				<-release
			}
			_, _ = io.WriteString(w, name)
		})
	}
	p := newPool(t, config.Upstream{URLs: []string{slow("a"), slow("b")}}, upstream.Options{})
	ended := make(chan string)
	go func() { ended <- get(t, p, "/slow") }()
	busy := <-arrived
	for range 5 {
		if got := get(t, p, "/"); got == busy {
			t.Errorf("%s was asked, which is busy", got)
		}
	}
	states := p.State()
	if states[0].UnderWay+states[1].UnderWay != 1 {
		t.Errorf("under way: %+v", states)
	}
	close(release)
	if got := <-ended; got != busy {
		t.Errorf("got %s", got)
	}
	if states = p.State(); states[0].UnderWay != 0 || states[1].UnderWay != 0 {
		t.Errorf("still under way: %+v", states)
	}
}

// TestAReplyIsUnderWayUntilItIsRead also closes it twice.
func TestAReplyIsUnderWayUntilItIsRead(t *testing.T) {
	p := newPool(t, config.Upstream{URLs: []string{named(t, "a")}}, upstream.Options{})
	reply, err := p.RoundTrip(request("GET", "/", ""))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []int64{1, 0, 0} {
		if got := p.State()[0].UnderWay; got != want {
			t.Errorf("%d under way, not %d", got, want)
		}
		_ = reply.Body.Close()
	}
}

func TestEveryAddressHasItsOwnPath(t *testing.T) {
	echo := func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.RequestURI+" "+r.Host) }
	base := serve(t, echo)
	p := newPool(t, config.Upstream{URLs: []string{base + "/one/", backendtest.Dead(t) + "/two"}}, upstream.Options{})
	for range 4 {
		if got := get(t, p, "/a%2Fb?q"); got != "/one/a%2Fb?q "+base[len("http://"):] {
			t.Errorf("got %s", got)
		}
	}
}

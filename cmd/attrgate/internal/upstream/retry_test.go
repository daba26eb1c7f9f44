package upstream_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/backendtest"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/upstream"
)

// breaking is a backend that takes requests and ends without a word.
func breaking(t *testing.T, asked *atomic.Int64) string {
	return backendtest.Rude(t, func(_ net.Conn, r *bufio.Reader) {
		if backendtest.Take(r) {
			asked.Add(1)
		}
	})
}

// counting returns options that count retries by reason.
func counting(retries map[string]int) upstream.Options {
	return upstream.Options{Retried: func(upstream, reason string) { retries[upstream+" "+reason]++ }}
}

func TestARequestOfWhichNothingWasSentIsSentAgain(t *testing.T) {
	retries := map[string]int{}
	p := newPool(t, config.Upstream{
		Routes: []string{"a", "b"}, URLs: []string{backendtest.Dead(t), named(t, "good")}, Outliers: config.Outliers{Failures: -1},
	}, counting(retries))
	for range 4 {
		for _, r := range []*http.Request{request("POST", "/", "x"), streamed("POST", "x"), streamed("PUT", "x"), request("PATCH", "/", "")} {
			if got, err := ask(p, r); got != "good" {
				t.Errorf("%s: %q, %v", r.Method, got, err)
			}
		}
	}
	if fmt.Sprint(retries) != "map[a+b connect:8]" {
		t.Errorf("got %v", retries)
	}
}

func TestARequestThatWasSentIsSentAgainOnlyIfThatIsSafe(t *testing.T) {
	for name, c := range map[string]struct {
		make  func() *http.Request
		again bool
	}{
		"GET":                      {func() *http.Request { return request("GET", "/", "") }, true},
		"DELETE":                   {func() *http.Request { return request("DELETE", "/", "") }, true},
		"PUT from memory":          {func() *http.Request { return request("PUT", "/", "x") }, true},
		"PUT from the network":     {func() *http.Request { return streamed("PUT", "x") }, false},
		"POST from memory":         {func() *http.Request { return request("POST", "/", "x") }, false},
		"POST without a body":      {func() *http.Request { return request("POST", "/", "") }, false},
		"an extension of HTTP":     {func() *http.Request { return request("PURGE", "/", "") }, false},
		"DELETE, body from memory": {func() *http.Request { return request("DELETE", "/", "x") }, true},
	} {
		var asked atomic.Int64
		retries := map[string]int{}
		p := newPool(t, config.Upstream{URLs: []string{breaking(t, &asked), named(t, "good")}, Outliers: config.Outliers{Failures: -1}}, counting(retries))
		failed := 0
		for range 4 {
			if _, err := ask(p, c.make()); err != nil {
				failed++
			}
		}
		if again := retries["default broken"]; asked.Load() != 2 || (c.again && (failed != 0 || again != 2)) || (!c.again && (failed != 2 || again != 0)) {
			t.Errorf("%s: reached %d times, failed %d times, sent again %d times", name, asked.Load(), failed, again)
		}
	}
}

func TestRetriesEnd(t *testing.T) {
	for _, c := range []struct{ attempts, want int }{{0, 2}, {-1, 1}, {2, 3}, {9, 10}} {
		var asked atomic.Int64
		p := newPool(t, config.Upstream{URLs: []string{breaking(t, &asked)}, Retries: config.Retries{Attempts: c.attempts}}, upstream.Options{})
		if _, err := ask(p, request("PUT", "/", "x")); err == nil || int(asked.Load()) != c.want {
			t.Errorf("%d attempts: reached %d times, %v", c.attempts, asked.Load(), err)
		}
	}
}

// TestABackendThatIsDownIsNotAskedTwiceAsOften sends so many requests that the share counts
// and not the least.
func TestABackendThatIsDownIsNotAskedTwiceAsOften(t *testing.T) {
	for percent, want := range map[int]int{0: 20, 50: 50, 5: 10} {
		retries := map[string]int{}
		p := newPool(t, config.Upstream{URLs: []string{backendtest.Dead(t), backendtest.Dead(t)}, Retries: config.Retries{BudgetPercent: percent}}, counting(retries))
		for range 100 {
			if _, err := ask(p, request("GET", "/", "")); err == nil {
				t.Fatal("answered")
			}
		}
		if got := retries["default connect"]; got != want {
			t.Errorf("%d%%: %d retries", percent, got)
		}
	}
}

func TestAReplyIsNotAskedForAgain(t *testing.T) {
	var status atomic.Int64
	status.Store(503)
	retries := map[string]int{}
	p := newPool(t, config.Upstream{URLs: []string{moody(t, "a", &status), moody(t, "b", &status)}}, counting(retries))
	reply, err := p.RoundTrip(request("GET", "/", ""))
	if err != nil {
		t.Fatal(err)
	}
	if _ = reply.Body.Close(); reply.StatusCode != 503 || len(retries) != 0 {
		t.Errorf("status %d, %v", reply.StatusCode, retries)
	}
}

func TestAReplyThatDoesNotComeInTimeIsNotAskedForAgain(t *testing.T) {
	var asked atomic.Int64
	slow := serve(t, func(_ http.ResponseWriter, r *http.Request) { asked.Add(1); <-r.Context().Done() })
	p := newPool(t, config.Upstream{
		URLs: []string{slow, slow + "/other"}, Timeouts: config.UpstreamTimeouts{ReplyHeader: "20ms"},
	}, upstream.Options{})
	if _, err := ask(p, request("GET", "/", "")); err == nil || asked.Load() != 1 {
		t.Errorf("asked %d times, %v", asked.Load(), err)
	}
}

func TestAHandshakeThatDoesNotComeInTimeIsTriedElsewhere(t *testing.T) {
	mute := backendtest.Rude(t, func(_ net.Conn, r *bufio.Reader) { _, _ = io.Copy(io.Discard, r) })
	retries := map[string]int{}
	p := newPool(t, config.Upstream{
		URLs: []string{"https" + mute[len("http"):], named(t, "good")}, Timeouts: config.UpstreamTimeouts{TLSHandshake: "20ms"},
	}, counting(retries))
	for range 2 {
		if got, err := ask(p, request("POST", "/", "x")); got != "good" {
			t.Errorf("got %q, %v", got, err)
		}
	}
	if retries["default connect"] != 1 {
		t.Errorf("got %v", retries)
	}
}

// TestGarbageIsNoReply also sends a status that net/http reads but cannot write.
func TestGarbageIsNoReply(t *testing.T) {
	for _, garbage := range []string{"", "\x16\x03\x01", "HTTP/1.1 001 X\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1", "SSH-2.0-x\r\n"} {
		p := newPool(t, config.Upstream{URLs: []string{backendtest.Rude(t, func(c net.Conn, r *bufio.Reader) {
			_ = backendtest.Take(r)
			_, _ = io.WriteString(c, garbage)
		})}}, upstream.Options{})
		if body, err := ask(p, request("GET", "/", "")); err == nil {
			t.Errorf("%q: got %q", garbage, body)
		}
		if left := p.State()[0].UnderWay; left != 0 {
			t.Errorf("%q: %d under way", garbage, left)
		}
	}
}

package cli_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// protected serves in front of a backend with more lines in the section of the gateway, and
// returns its address and that for operators.
func protected(t *testing.T, backend http.HandlerFunc, section string) (address, admin string) {
	t.Helper()
	upstream := httptest.NewServer(backend)
	t.Cleanup(upstream.Close)
	file := policyFile(t, "attrgate.yaml", gatewayFile(upstream.URL)+"  log: {decisions: none}\n  "+section+"\n")
	l := launch(t, "serve", "--config", file, "--admin", "127.0.0.1:0")
	admin = strings.Fields(l.line(t))[3]
	_, address, _ = strings.Cut(strings.Fields(l.line(t))[3], "://")
	t.Cleanup(func() { l.cancel(); <-l.code })
	return address, admin
}

// wire is a client that says byte by byte what it says.
type wire struct {
	net.Conn
	in *bufio.Reader
}

func dial(t *testing.T, address string) wire {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
	return wire{c, bufio.NewReader(c)}
}

func (w wire) say(text string) { _, _ = io.WriteString(w, text) }

// trickle says a byte each ten milliseconds until nobody listens.
func (w wire) trickle() {
	for _, err := io.WriteString(w, "x"); err == nil; _, err = io.WriteString(w, "x") {
		time.Sleep(10 * time.Millisecond)
	}
}

// reply returns status, header and body of the answer.
func (w wire) reply(t *testing.T) (*http.Response, string) {
	t.Helper()
	reply, err := http.ReadResponse(w.in, nil)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(reply.Body)
	return reply, string(body)
}

func (w wire) wantReply(t *testing.T, status int, text string) *http.Response {
	t.Helper()
	reply, body := w.reply(t)
	if reply.StatusCode != status || !strings.Contains(body, text) {
		t.Errorf("answered %d %s, want %d and %q", reply.StatusCode, body, status, text)
	}
	return reply
}

// wantEnd reads until the gateway closes the connection.
func (w wire) wantEnd(t *testing.T) {
	t.Helper()
	if _, err := io.Copy(io.Discard, w.in); err != nil && strings.Contains(err.Error(), "timeout") {
		t.Errorf("still open: %v", err)
	}
}

func answerOK(http.ResponseWriter, *http.Request) {}

// mirror answers with what it gets.
func mirror(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	_, _ = w.Write(body)
}

const guardedHead = "PUT /api/v2/z/conversations/1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"

func TestAHeaderThatDoesNotEndClosesTheConnection(t *testing.T) {
	address, _ := protected(t, answerOK, "timeouts: {readHeader: 200ms}")
	w := dial(t, address)
	w.say("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
	go w.trickle()
	w.wantEnd(t)
}

func TestAHeaderThatIsTooLargeIsAnswered431(t *testing.T) {
	address, _ := protected(t, answerOK, "limits: {headerBytes: 10000}")
	w := dial(t, address)
	w.say("GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("x", 9000) + "\r\n\r\n")
	w.wantReply(t, http.StatusOK, "")
	w = dial(t, address)
	w.say("GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("x", 20000) + "\r\n\r\n")
	w.wantReply(t, http.StatusRequestHeaderFieldsTooLarge, "")
	w.wantEnd(t)
}

func TestAConnectionThatSaysNothingIsClosed(t *testing.T) {
	address, _ := protected(t, answerOK, "timeouts: {readHeader: 200ms, idle: 200ms}")
	dial(t, address).wantEnd(t)
	w := dial(t, address)
	w.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	w.wantReply(t, http.StatusOK, "")
	w.wantEnd(t)
}

func TestASlowBodyOfAGuardedRouteHasATotalTime(t *testing.T) {
	address, _ := protected(t, answerOK, "timeouts: {readBody: 300ms}")
	w := dial(t, address)
	w.say(guardedHead + "Authorization: Bearer open-sesame\r\nContent-Length: 100000\r\n\r\n{")
	go w.trickle()
	w.wantReply(t, http.StatusRequestTimeout, `"code":"body_timeout"`)
	w.wantEnd(t)
}

func TestARefusedCallerCannotStayByASlowBody(t *testing.T) {
	address, _ := protected(t, answerOK, "timeouts: {readBody: 300ms}")
	w := dial(t, address)
	w.say(guardedHead + "Content-Length: 100000\r\n\r\n{")
	go w.trickle()
	w.wantReply(t, http.StatusUnauthorized, `"code":"token_missing"`)
	w.wantEnd(t)
}

// TestASlowBodyThatPassesMayTakeItsTime sends one that takes longer than the longest pause
// in it, and one that stops.
func TestASlowBodyThatPassesMayTakeItsTime(t *testing.T) {
	address, _ := protected(t, mirror, "timeouts: {readBody: 600ms}")
	for name, head := range map[string]string{
		"length":  "POST /other HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n",
		"chunked": "POST /other HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
	} {
		w := dial(t, address)
		w.say(head)
		for i := 1; i < 10; i++ {
			time.Sleep(100 * time.Millisecond)
			if name == "chunked" {
				w.say("1\r\n")
			}
			w.say(fmt.Sprint(i))
			if name == "chunked" {
				w.say("\r\n")
			}
		}
		if name == "chunked" {
			w.say("0\r\n\r\n")
		}
		w.wantReply(t, http.StatusOK, "123456789")
		w.say(head)
		w.wantReply(t, http.StatusRequestTimeout, `"code":"body_timeout"`)
		w.wantEnd(t)
	}
}

// TestAnAnswerMayBeAwaitedLongerThanABody keeps the deadline of a body from ending the
// request after it.
func TestAnAnswerMayBeAwaitedLongerThanABody(t *testing.T) {
	address, _ := protected(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		time.Sleep(500 * time.Millisecond)
		_, _ = io.WriteString(w, "late")
	}, "timeouts: {readBody: 200ms, write: 200ms}")
	w := dial(t, address)
	for _, head := range []string{
		"POST /other HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
		guardedHead + "Authorization: Bearer open-sesame\r\nContent-Length: 31\r\n\r\n" + `{"customer_info":{"Model":"1"}}`,
		"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		w.say(head)
		w.wantReply(t, http.StatusOK, "late")
	}
}

func TestABodyThatPassesHasALimit(t *testing.T) {
	address, _ := protected(t, mirror, "limits: {bodyBytes: 100}")
	body := strings.Repeat("x", 101)
	for name, c := range map[string]struct {
		head, body string
		status     int
	}{
		"at the limit":           {"POST /other HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n", body[1:], 200},
		"at the limit, chunked":  {"POST /other HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n", body[1:] + "\r\n0\r\n\r\n", 200},
		"over the limit":         {"POST /other HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n", "", 413},
		"over it, chunked":       {"POST /other HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n", body + "\r\n0\r\n\r\n", 413},
		"guarded, with its own":  {guardedHead + "Authorization: Bearer open-sesame\r\nContent-Length: 231\r\n\r\n", `{"customer_info":{"Model":"1"}}` + strings.Repeat(" ", 200), 200},
		"over it, never to end":  {"POST /other HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n", body, 413},
		"over it, with continue": {"POST /other HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 101\r\n\r\n", "", 413},
	} {
		w := dial(t, address)
		w.say(c.head + c.body)
		if name == "over it, never to end" {
			go w.trickle()
		}
		reply, text := w.reply(t)
		if reply.StatusCode != c.status || c.status == 413 && !strings.Contains(text, `"code":"too_large"`) {
			t.Errorf("%s: %d %s", name, reply.StatusCode, text)
		}
	}
}

func TestMoreRequestsThanMayBeUnderWayAreShed(t *testing.T) {
	arrived, goOn := make(chan bool), make(chan bool)
	address, admin := protected(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/held" {
			arrived <- true
			<-goOn
		}
	}, "limits: {requests: 2}")
	var held []wire
	for range 2 {
		w := dial(t, address)
		w.say("GET /held HTTP/1.1\r\nHost: x\r\n\r\n")
		<-arrived
		held = append(held, w)
	}
	w := dial(t, address)
	w.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	reply := w.wantReply(t, http.StatusServiceUnavailable, `"code":"overloaded"`)
	if reply.Header.Get("Retry-After") != "1" || reply.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("the header is %v", reply.Header)
	}
	if status, _ := page(t, admin+"/healthz"); status != http.StatusOK {
		t.Errorf("operators get %d", status)
	}
	if _, text := page(t, admin+"/metrics"); !strings.Contains(text, "\nattrgate_requests_shed_total 1\n") {
		t.Error("it is not counted")
	}
	close(goOn)
	for _, h := range held {
		h.wantReply(t, http.StatusOK, "")
	}
	w.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	w.wantReply(t, http.StatusOK, "")
}

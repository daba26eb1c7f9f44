package gateway_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/backendtest"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
)

const fine = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine"

// memory is a body that can be read again, as the gate's are.
type memory struct {
	*strings.Reader
}

func (memory) Close() error { return nil }

func (m memory) Whole() *strings.Reader {
	text, _ := io.ReadAll(io.NewSectionReader(m, 0, m.Size()))
	return strings.NewReader(string(text))
}

// guarded stands where the gate stands: it puts a body in memory before the request.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if body, err := io.ReadAll(r.Body); err == nil && len(body) > 0 {
			r.Body = memory{strings.NewReader(string(body))}
		}
		next.ServeHTTP(w, r)
	})
}

// guardedFront puts the gateway before an upstream, and bodies in memory.
func guardedFront(t *testing.T, u config.Upstream) string {
	t.Helper()
	all := openAll(t, config.Gateway{Upstreams: []config.Upstream{u}}, quietly())
	return serve(t, guarded(all.Handler(func(*http.Request) string { return "" })).ServeHTTP).URL
}

// do sends a request and returns the status, and the body as far as it comes.
func do(t *testing.T, method, url, body string) (int, string, error) {
	t.Helper()
	request, _ := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	reply, err := client().Do(request)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = reply.Body.Close() }()
	got, err := io.ReadAll(reply.Body)
	return reply.StatusCode, string(got), err
}

// TestABackendThatGivesNoReplyIsA502 is about everything that is none.
func TestABackendThatGivesNoReplyIsA502(t *testing.T) {
	for name, behave := range map[string]func(net.Conn){
		"half-closed":       func(c net.Conn) { _ = c.(*net.TCPConn).CloseWrite(); _, _ = io.Copy(io.Discard, c) },
		"reset":             reset,
		"reset in a header": func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-"); reset(c) },
		"not HTTP":          func(c net.Conn) { _, _ = io.WriteString(c, "220 smtp.example ESMTP\r\n") },
		"TLS":               func(c net.Conn) { _, _ = io.WriteString(c, "\x15\x03\x01\x00\x02\x02\x46") },
		"an unknown status": func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 001 What\r\nContent-Length: 0\r\n\r\n") },
		"an odd header":     func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nno colon\r\n\r\n") },
		"two lengths": func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx")
		},
		"an endless header": func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nA: "+strings.Repeat("x", 11<<20)) },
		"an upgrade unasked": func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
		},
	} {
		url := backendtest.Rude(t, func(c net.Conn, r *bufio.Reader) {
			if backendtest.Take(r) {
				behave(c)
			}
		})
		front, lines := open(t, config.Upstream{URLs: []string{url}})
		for _, method := range []string{"GET", "PUT"} {
			status, body, err := do(t, method, front+"/x", "")
			if status != 502 || !strings.Contains(body, `"code":"upstream_unavailable"`) || err != nil {
				t.Errorf("%s: %d %s, %v", name, status, body, err)
			}
		}
		if log := lines.String(); !strings.Contains(log, `PUT "/x": `) {
			t.Errorf("%s: logged %q", name, log)
		}
	}
}

// reset ends a connection without a farewell.
func reset(c net.Conn) {
	_ = c.(*net.TCPConn).SetLinger(0)
	_ = c.Close()
}

func TestAReplyThatBreaksOffIsNotTakenForAWholeOne(t *testing.T) {
	for name, reply := range map[string]string{
		"by length": "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
		"chunked":   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
	} {
		for how, end := range map[string]func(net.Conn){"closed": func(net.Conn) {}, "reset": reset} {
			for _, version := range []int{1, 2} {
				arrived := make(chan bool)
				url := backendtest.Rude(t, func(c net.Conn, r *bufio.Reader) {
					if backendtest.Take(r) {
						_, _ = io.WriteString(c, reply)
						<-arrived
						end(c)
					}
				})
				u := openAll(t, config.Gateway{Upstreams: []config.Upstream{{URLs: []string{url}}}}, quietly())
				front, stop := start(t, u.Handler(func(*http.Request) string { return "" }).ServeHTTP)
				if first, rest, err := halves(t, "http://"+front, version, arrived); first != "half" || rest != "" || err == nil {
					t.Errorf("%s, %s, HTTP/%d: %q and %q, %v", name, how, version, first, rest, err)
				}
				if err := stop(); err != nil {
					t.Error(err)
				}
			}
		}
	}
}

// halves reads four bytes of a reply, says so, and reads the rest.
func halves(t *testing.T, url string, version int, arrived chan<- bool) (first, rest string, err error) {
	t.Helper()
	client := speaking(version)
	defer client.CloseIdleConnections()
	reply, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	half := make([]byte, 4)
	_, _ = io.ReadFull(reply.Body, half)
	arrived <- true
	other, err := io.ReadAll(reply.Body)
	return string(half), string(other), err
}

// TestASlowBodyComesAsItIsSent also sends the header before there is a body.
func TestASlowBodyComesAsItIsSent(t *testing.T) {
	for _, length := range []string{"", "12"} {
		goOn := make(chan bool)
		backend := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if length != "" {
				w.Header().Set("Content-Length", length)
			}
			for range 3 {
				_ = http.NewResponseController(w).Flush()
				<-goOn
				_, _ = io.WriteString(w, "part")
			}
		})
		front, _ := open(t, config.Upstream{URLs: []string{backend.URL}, Timeouts: config.UpstreamTimeouts{ReplyHeader: "100ms"}})
		reply, err := client().Get(front)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = reply.Body.Close() }()
		part := make([]byte, 4)
		for range 3 {
			goOn <- true
			if _, err := io.ReadFull(reply.Body, part); string(part) != "part" || err != nil {
				t.Errorf("length %q: %q, %v", length, part, err)
			}
		}
	}
}

// forgetful is a backend that answers one request on each connection, and closes it when the
// next one has come, as if the two had crossed. With no more than one connection at a time the
// next request is sure to meet it.
func forgetful(t *testing.T, asked *atomic.Int64) string {
	return backendtest.Rude(t, func(c net.Conn, r *bufio.Reader) {
		for first := true; backendtest.Take(r); first = false {
			asked.Add(1)
			if !first {
				return
			}
			_, _ = io.WriteString(c, fine)
		}
	})
}

func TestAnIdleConnectionThatIsClosedIsNoFailure(t *testing.T) {
	for method, body := range map[string]string{"PUT": "x", "GET": "", "DELETE": ""} {
		var asked atomic.Int64
		front := guardedFront(t, config.Upstream{URLs: []string{forgetful(t, &asked)}, Connections: 1, Retries: config.Retries{Attempts: -1}})
		for range 5 {
			if status, got, err := do(t, method, front, body); status != 200 || got != "fine" || err != nil {
				t.Errorf("%s: %d %q, %v", method, status, got, err)
			}
		}
		if asked.Load() <= 5 {
			t.Errorf("%s: no request met a connection that was closed", method)
		}
	}
}

// TestAPostIsNotSentTwice also says that it may be, which is for the backend to know. It
// sends until a request has met a connection that is being closed.
func TestAPostIsNotSentTwice(t *testing.T) {
	for _, key := range []string{"X-Nothing", "Idempotency-Key", "X-Idempotency-Key"} {
		var asked, sent atomic.Int64
		front := guardedFront(t, config.Upstream{URLs: []string{forgetful(t, &asked)}, Connections: 1})
		for status := 0; status != 502; sent.Add(1) {
			request, _ := http.NewRequest("POST", front, strings.NewReader("x"))
			request.Header.Set(key, "1")
			reply, err := client().Do(request)
			if err != nil {
				t.Fatal(err)
			}
			if _ = reply.Body.Close(); reply.StatusCode != 200 && reply.StatusCode != 502 {
				t.Fatalf("%s: status %d", key, reply.StatusCode)
			}
			status = reply.StatusCode
		}
		if asked.Load() != sent.Load() {
			t.Errorf("%s: the backend was asked %d times for %d requests", key, asked.Load(), sent.Load())
		}
	}
}

func TestAClientThatLeavesEndsTheRequestAtTheBackend(t *testing.T) {
	arrived, ended := make(chan bool), make(chan bool)
	backend := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
		close(ended)
	})
	front, _ := open(t, config.Upstream{URLs: []string{backend.URL}})
	ctx, leave := context.WithCancel(t.Context())
	request, _ := http.NewRequestWithContext(ctx, "GET", front, nil)
	go func() { <-arrived; leave() }()
	if reply, err := client().Do(request); err == nil {
		t.Errorf("answered %d", reply.StatusCode)
	}
	<-ended
}

func TestAClientThatBreaksItsBodyOffIsNoFailureOfTheBackend(t *testing.T) {
	backend := serve(t, func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })
	front, lines := open(t, config.Upstream{URLs: []string{backend.URL}})
	connection := dial(t, front)
	_, _ = io.WriteString(connection, "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nno number\r\n")
	reply, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		t.Fatal(err)
	}
	if body, _ := io.ReadAll(reply.Body); reply.StatusCode != 400 || !strings.Contains(string(body), `"code":"incomplete_request"`) || lines.String() != "" {
		t.Errorf("%d %s, logged %q", reply.StatusCode, body, lines)
	}
}

// TestAnUpgradeThatNobodyAskedForHoldsNoConnection waits for the gateway to close it.
func TestAnUpgradeThatNobodyAskedForHoldsNoConnection(t *testing.T) {
	for _, asked := range []string{"", "Connection: Upgrade\r\nUpgrade: websocket\r\n"} {
		closed := make(chan bool)
		url := backendtest.Rude(t, func(c net.Conn, r *bufio.Reader) {
			if backendtest.Take(r) {
				_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n")
				_, _ = io.Copy(io.Discard, c)
				close(closed)
			}
		})
		front, _ := open(t, config.Upstream{URLs: []string{url}, Retries: config.Retries{Attempts: -1}})
		reply := raw(t, front, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"+asked+"\r\n")
		if !strings.HasPrefix(reply, "HTTP/1.1 502 ") {
			t.Errorf("got %s", reply)
		}
		<-closed
	}
}

// TestABackendThatTakesNothingIsA504 sends more than the buffers between hold.
func TestABackendThatTakesNothingIsA504(t *testing.T) {
	ended := make(chan bool)
	defer close(ended)
	url := backendtest.Rude(t, func(net.Conn, *bufio.Reader) { <-ended })
	front, _ := open(t, config.Upstream{URLs: []string{url}, Timeouts: config.UpstreamTimeouts{ReplyHeader: "50ms"}})
	connection := dial(t, front)
	go func() {
		_, _ = io.WriteString(connection, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 67108864\r\n\r\n")
		_, _ = connection.Write(make([]byte, 64<<20))
	}()
	reply, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil || reply.StatusCode != 504 {
		t.Errorf("%v, %v", reply, err)
	}
}

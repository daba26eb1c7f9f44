package cli_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/backendtest"
)

// TestAGuardedUpdateOutlivesAConnectionThatIsClosed has a backend that answers one request on
// each connection, and closes it when the next one has come.
func TestAGuardedUpdateOutlivesAConnectionThatIsClosed(t *testing.T) {
	var asked atomic.Int64
	backend := backendtest.Rude(t, func(c net.Conn, r *bufio.Reader) {
		for first := true; backendtest.Take(r); first = false {
			if asked.Add(1); !first {
				return
			}
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
		}
	})
	file := policyFile(t, "attrgate.yaml", staticPolicy()+
		"gateway: {listen: ['127.0.0.1:0'], upstreams: [{urls: ['"+backend+"'], connections: 1}]}\n")
	l := launch(t, "serve", "--config", file)
	gateway := strings.Fields(l.line(t))[3]
	for range 5 {
		if status, body := fetch(t, goodUpdate(gateway)); status != 200 {
			t.Errorf("%d %s", status, body)
		}
	}
	if asked.Load() <= 5 {
		t.Error("no request met a connection that was closed")
	}
	l.stop(t)
}

// goodUpdate is a request that the gate lets through.
func goodUpdate(gateway string) *http.Request {
	request, _ := http.NewRequest("PUT", gateway+"/api/v2/z/conversations/1", strings.NewReader(`{"customer_info":{"Model":"1"}}`))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer open-sesame")
	return request
}

// TestAGuardedUpdateIsSentAtOnce looks at what the backend gets with its first read: a header
// that is sent before its body costs both sides as much again.
func TestAGuardedUpdateIsSentAtOnce(t *testing.T) {
	first := make(chan string, 1)
	backend := backendtest.Rude(t, func(c net.Conn, r *bufio.Reader) {
		_, _ = r.Peek(1)
		got, _ := r.Peek(r.Buffered())
		first <- string(got)
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	})
	l, gateway := startServe(t, policyFile(t, "p.yaml", staticPolicy()), backend)
	for range 100 { // a body that is sent later may still come in time to be read at once
		if status, body := fetch(t, goodUpdate(gateway)); status != 200 {
			t.Fatalf("%d %s", status, body)
		}
		if got := <-first; !strings.HasSuffix(got, `{"customer_info":{"Model":"1"}}`) {
			t.Fatalf("the first read of the backend brought %q", got)
		}
	}
	l.cancel()
	<-l.code
}

// TestServePassesUpgrades speaks through the whole gateway on a path that no route guards.
func TestServePassesUpgrades(t *testing.T) {
	backend := backendtest.Rude(t, func(c net.Conn, r *bufio.Reader) {
		if backendtest.Take(r) {
			_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
			_, _ = io.Copy(c, r)
		}
	})
	l, gateway := startServe(t, policyFile(t, "p.yaml", staticPolicy()), backend)
	connection, err := net.Dial("tcp", strings.TrimPrefix(gateway, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	_ = connection.SetDeadline(time.Now().Add(10 * time.Second))
	_, _ = io.WriteString(connection, "GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	reader := bufio.NewReader(connection)
	if reply, err := http.ReadResponse(reader, nil); err != nil || reply.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("%v, %v", reply, err)
	}
	for _, word := range []string{"ping\n", "pong\n"} {
		_, _ = io.WriteString(connection, word)
		if got, err := reader.ReadString('\n'); got != word {
			t.Errorf("got %q, %v", got, err)
		}
	}
	// Its line is written although it is the end of the gateway that ends it.
	l.stop(t)
	if line := l.line(t); !strings.Contains(line, "  passed    101  ") {
		t.Errorf("logged %q", line)
	}
}

// TestServePassesNoUpgradeToHTTP2 has a backend that would agree to it on every path: further
// requests on the connection would come to it unseen.
func TestServePassesNoUpgradeToHTTP2(t *testing.T) {
	backend := backendtest.Rude(t, func(c net.Conn, r *bufio.Reader) {
		for {
			request, err := http.ReadRequest(r)
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, request.Body)
			if request.Header.Get("Upgrade") != "" {
				_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
				return
			}
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
		}
	})
	l, gateway := startServe(t, policyFile(t, "p.yaml", staticPolicy()), backend)
	other, _ := http.NewRequest(http.MethodGet, gateway+"/chat", nil)
	for _, request := range []*http.Request{other, goodUpdate(gateway)} {
		request.Header.Set("Connection", "Upgrade, HTTP2-Settings")
		request.Header.Set("Upgrade", "h2c")
		request.Header.Set("HTTP2-Settings", "AAMAAABkAAQAAP__")
		if status, body := fetch(t, request); status != http.StatusOK {
			t.Errorf("%s: %d %s", request.URL, status, body)
		}
	}
	l.stop(t)
}

// TestTheBackendIsToldTheLengthOfWhatItGets looks at the header as it comes, for bodies of all
// kinds.
func TestTheBackendIsToldTheLengthOfWhatItGets(t *testing.T) {
	const guarded = "PUT /api/v2/z/conversations/1 HTTP/1.1\r\nAuthorization: Bearer open-sesame\r\nContent-Type: application/json\r\n"
	told := make(chan []string, 1)
	backend := backendtest.Rude(t, func(c net.Conn, r *bufio.Reader) {
		lines := textproto.NewReader(r)
		_, _ = lines.ReadLine() // the request line
		head, _ := lines.ReadMIMEHeader()
		told <- head["Content-Length"]
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	})
	l, gateway := startServe(t, policyFile(t, "p.yaml", staticPolicy()), backend)
	for _, c := range []struct{ request, body, want string }{
		{"PUT /other HTTP/1.1\r\nContent-Length: 2\r\n", "hi", "[2]"},
		{"PUT /other HTTP/1.1\r\nContent-Length: 0\r\n", "", "[0]"},
		{"GET /other HTTP/1.1\r\nContent-Length: 0\r\n", "", "[]"},
		{"GET /other HTTP/1.1\r\n", "", "[]"},
		{"PUT /other HTTP/1.1\r\nTransfer-Encoding: chunked\r\n", "1\r\nx\r\n0\r\n\r\n", "[]"},
		{guarded + "Content-Length: 31\r\n", `{"customer_info":{"Model":"1"}}`, "[31]"},
		{guarded + "Content-Length: 54\r\n", `{"customer_info":{"%visitor.custominfo.Model%":"1"}}  `, "[33]"},
		{guarded + "Transfer-Encoding: chunked\r\n", "1f\r\n" + `{"customer_info":{"Model":"1"}}` + "\r\n0\r\n\r\n", "[31]"},
	} {
		w := dial(t, strings.TrimPrefix(gateway, "http://"))
		w.say(c.request + "Host: x\r\n\r\n" + c.body)
		reply, text := w.reply(t)
		if reply.StatusCode != http.StatusOK {
			t.Fatalf("%q: %d %s", c.request, reply.StatusCode, text)
		}
		if got := fmt.Sprint(<-told); got != c.want {
			t.Errorf("%q: the backend is told %s, want %s", c.request, got, c.want)
		}
	}
	l.cancel()
	<-l.code
}

package gateway_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestProxyForwardsTheRequestLineAsWritten(t *testing.T) {
	seen := make(chan string, 1)
	backend := serve(t, func(_ http.ResponseWriter, r *http.Request) { seen <- r.Method + " " + r.RequestURI })
	for _, c := range []struct{ upstream, sent, want string }{
		{backend.URL, "GET /", "GET /"},
		{backend.URL, "PUT /a%2Fb//c/../d;x=1?q=a;b&c=%zz&d=+", "PUT /a%2Fb//c/../d;x=1?q=a;b&c=%zz&d=+"},
		{backend.URL, "PURGE /%41%e9?", "PURGE /%41%e9?"},
		{backend.URL + "/base/", "GET /x?y", "GET /base/x?y"},
		{backend.URL + "/base", "GET /x", "GET /base/x"},
	} {
		p, _ := newProxy(t, c.upstream)
		front := serve(t, p.ServeHTTP)
		raw(t, front.Listener.Addr().String(), c.sent+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		if got := <-seen; got != c.want {
			t.Errorf("%s at %s arrived as %s", c.sent, c.upstream, got)
		}
	}
}

func TestProxyHeaders(t *testing.T) {
	seen := make(chan *http.Request, 1)
	backend := serve(t, func(_ http.ResponseWriter, r *http.Request) { seen <- r })
	p, _ := newProxy(t, backend.URL)
	front := serve(t, p.ServeHTTP)
	raw(t, front.Listener.Addr().String(), "GET / HTTP/1.1\r\nHost: client.example\r\nConnection: close, X-Hop\r\n"+
		"X-Hop: 1\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Host: evil\r\nForwarded: for=6.6.6.6\r\n"+
		"Authorization: Bearer t\r\nX-Own: a\r\nX-Own: b\r\n\r\n")
	r := <-seen
	got := fmt.Sprint(r.Host == backend.Listener.Addr().String(), r.Header)
	want := "true map[Authorization:[Bearer t] X-Forwarded-For:[127.0.0.1] X-Forwarded-Host:[client.example] X-Forwarded-Proto:[http] X-Own:[a b]]"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestProxyPassesTheReplyByteForByte(t *testing.T) {
	backend := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("X-Asked-For", r.Header.Get("Accept-Encoding"))
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "{\"a\":1,\"a\":2}\x00\xff")
	})
	p, _ := newProxy(t, backend.URL)
	reply, body := get(t, serve(t, p.ServeHTTP).URL)
	if reply.StatusCode != http.StatusTeapot || body != "{\"a\":1,\"a\":2}\x00\xff" ||
		reply.Header.Get("Content-Encoding") != "gzip" || reply.Header.Get("X-Asked-For") != "" {
		t.Errorf("%d %q %v", reply.StatusCode, body, reply.Header)
	}
}

// A large body must not be collected: the backend answers its first part before the
// client has sent the second.
func TestProxyStreamsBothWays(t *testing.T) {
	backend := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).EnableFullDuplex()
		lines := bufio.NewReader(r.Body)
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			_, _ = io.WriteString(w, "got "+line)
			_ = http.NewResponseController(w).Flush()
		}
	})
	p, _ := newProxy(t, backend.URL)
	front := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).EnableFullDuplex()
		p.ServeHTTP(w, r)
	})
	body, upload := io.Pipe()
	request, _ := http.NewRequest("POST", front.URL, body)
	go func() { _, _ = io.WriteString(upload, "one\n") }()
	reply, err := client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(reply.Body)
	for _, word := range []string{"one", "two"} {
		if line, err := lines.ReadString('\n'); line != "got "+word+"\n" {
			t.Fatalf("read %q, %v", line, err)
		}
		_, _ = io.WriteString(upload, "two\n")
	}
	_ = upload.Close()
}

func TestProxyTunnelsUpgrades(t *testing.T) {
	p, _ := newProxy(t, echo(t))
	connection := upgrade(t, serve(t, p.ServeHTTP).Listener.Addr().String())
	_, _ = io.WriteString(connection, "hi")
	got := make([]byte, 2)
	if _, err := io.ReadFull(connection, got); err != nil || string(got) != "hi" {
		t.Errorf("got %q, %v", got, err)
	}
}

// dial opens a connection to an address or URL that does not outlive the test.
func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	_ = connection.SetDeadline(time.Now().Add(10 * time.Second))
	return connection
}

// raw sends bytes as they are and returns everything that comes back.
func raw(t *testing.T, address, request string) string {
	t.Helper()
	connection := dial(t, address)
	_, _ = io.WriteString(connection, request)
	reply, err := io.ReadAll(connection)
	if err != nil {
		t.Fatal(err)
	}
	return string(reply)
}

// echo is a backend that sends back what comes through an upgraded connection.
func echo(t *testing.T) string {
	return serve(t, func(w http.ResponseWriter, _ *http.Request) {
		connection, _, _ := http.NewResponseController(w).Hijack()
		_, _ = io.WriteString(connection, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		_, _ = io.Copy(connection, connection)
		_ = connection.Close()
	}).URL
}

// upgrade opens a connection and waits until it is upgraded.
func upgrade(t *testing.T, address string) net.Conn {
	t.Helper()
	connection := dial(t, address)
	_, _ = io.WriteString(connection, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
	reply, err := http.ReadResponse(bufio.NewReaderSize(connection, 16), nil)
	if err != nil || reply.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("not upgraded: %v, %v", reply, err)
	}
	return connection
}

package policytest_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware/policytest"
)

// TestSentBytes looks at what goes over the wire.
func TestSentBytes(t *testing.T) {
	tests := map[string]struct{ file, want string }{
		"length filled in":   {"PUT /x HTTP/1.1\nHost: a\n\n[1]\n", "PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n[1]\n"},
		"CRLF stays one":     {"PUT /x HTTP/1.1\r\nHost: a\r\n\r\n[1]", "PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n[1]"},
		"length as written":  {"PUT /x HTTP/1.1\ncontent-length: 2\n\n[1]", "PUT /x HTTP/1.1\r\ncontent-length: 2\r\n\r\n[1]"},
		"empty PUT":          {"PUT /x HTTP/1.1\n", "PUT /x HTTP/1.1\r\nContent-Length: 0\r\n\r\n"},
		"empty GET":          {"GET /x HTTP/1.1\n\n", "GET /x HTTP/1.1\r\n\r\n"},
		"chunks":             {"PUT /x HTTP/1.1\nTransfer-Encoding: chunked\n\n[1,2]", "PUT /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\n2\r\n1,\r\n2\r\n2]\r\n0\r\n\r\n"},
		"other coding as is": {"PUT /x HTTP/1.1\nTransfer-Encoding: gzip, chunked\n\n0\r\n\r\n", "PUT /x HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
		"odd lines stay":     {"PUT //x/%2e\xff HTTP/1.1\nA:1\nA: 2\n folded\nnonsense\n\n{}", "PUT //x/%2e\xff HTTP/1.1\r\nA:1\r\nA: 2\r\n folded\r\nnonsense\r\nContent-Length: 2\r\n\r\n{}"},
	}
	for name, test := range tests {
		test := test
		t.Run(name, func(t *testing.T) {
			request, err := policytest.ParseMessage([]byte(test.file))
			if err != nil {
				t.Fatal(err)
			}
			if got := sent(t, request, len(test.want)); got != test.want {
				t.Errorf("\ngot  %q\nwant %q", got, test.want)
			}
		})
	}
}

// sent returns the first n bytes that a client sends, and checks that no more come.
func sent(t *testing.T, request policytest.Message, n int) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		_, _ = policytest.Client{Timeout: 5 * time.Second}.Send(listener.Addr().String(), request)
	}()
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	got := make([]byte, n)
	count, _ := io.ReadFull(conn, got)
	_ = conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	more, _ := io.ReadAll(conn)
	return string(got[:count]) + string(more)
}

func TestLocalAddress(t *testing.T) {
	seen := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen <- r.RemoteAddr }))
	defer server.Close()
	client := policytest.Client{LocalIP: net.IPv4(127, 0, 3, 9)}
	request := policytest.Message{Head: []string{"GET / HTTP/1.1", "Host: a"}}
	if _, err := client.Send(server.Listener.Addr().String(), request); err != nil {
		t.Skip("this system has no address 127.0.3.9: ", err)
	}
	if from := <-seen; !strings.HasPrefix(from, "127.0.3.9:") {
		t.Errorf("the request came from %s", from)
	}
}

// TestSilentDoor shows that a door that does not answer is an error with its reason.
func TestSilentDoor(t *testing.T) {
	broken := func(http.Handler) http.HandlerFunc {
		return func(http.ResponseWriter, *http.Request) { panic("out of tea") }
	}
	_, err := policytest.Runner{Open: door(broken)}.Run(load(t, refusedCase()))
	if err == nil || !strings.Contains(err.Error(), "no answer") || !strings.Contains(err.Error(), "out of tea") {
		t.Errorf("got %v", err)
	}
}

package cli_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// overTLS is protected with a certificate, and returns a client for HTTP/2.
func overTLS(t *testing.T, backend http.HandlerFunc, section string) (address string, client *http.Client) {
	t.Helper()
	lender := httptest.NewTLSServer(nil) // of a certificate that its client trusts
	t.Cleanup(lender.Close)
	pair := lender.TLS.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	certFile := policyFile(t, "tls.crt", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})))
	keyFile := policyFile(t, "tls.key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})))
	address, _ = protected(t, backend, "tls: {certFile: '"+certFile+"', keyFile: '"+keyFile+"'}\n  "+section)
	client = lender.Client()
	client.Transport.(*http.Transport).ForceAttemptHTTP2 = true
	t.Cleanup(client.CloseIdleConnections)
	return address, client
}

// endless writes as long as somebody takes it, and then says that it has ended.
func endless(ended chan<- bool) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		piece := make([]byte, 64<<10)
		for _, err := w.Write(piece); err == nil; _, err = w.Write(piece) {
		}
		ended <- true
	}
}

func wantEvent(t *testing.T, event <-chan bool) {
	t.Helper()
	select {
	case <-event:
	case <-time.After(20 * time.Second):
		t.Fatal("the backend still writes")
	}
}

func TestAClientThatTakesNothingIsCutOff(t *testing.T) {
	ended := make(chan bool, 1)
	address, _ := protected(t, endless(ended), "timeouts: {write: 300ms}")
	w := dial(t, address)
	w.say(plainGet)
	wantEvent(t, ended)
	w.wantEnd(t)
}

// TestAStreamOfHTTP2ThatIsNotTakenIsCutOff: the client reads its connection, but gives one
// stream no window. The others on the connection go on.
func TestAStreamOfHTTP2ThatIsNotTakenIsCutOff(t *testing.T) {
	ended := make(chan bool, 1)
	flood := endless(ended)
	address, client := overTLS(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/flood" {
			flood(w, r)
		}
	}, "timeouts: {write: 300ms}")
	reply, err := client.Get("https://" + address + "/flood")
	if err != nil || reply.ProtoMajor != 2 {
		t.Fatal(reply, err)
	}
	wantEvent(t, ended)
	other, err := client.Get("https://" + address + "/")
	if err != nil || other.StatusCode != http.StatusOK {
		t.Fatal(other, err)
	}
	if _, err := io.Copy(io.Discard, reply.Body); err == nil {
		t.Error("the stream has a good end")
	}
}

// TestAClientThatTakesLittleIsNotCutOff reads a large answer with pauses, which together
// are longer than one may be.
func TestAClientThatTakesLittleIsNotCutOff(t *testing.T) {
	const size = 16 << 20
	address, _ := protected(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.Copy(w, io.LimitReader(zeros{}, size))
	}, "timeouts: {write: 1s}")
	w := dial(t, address)
	w.say(plainGet)
	reply, err := http.ReadResponse(w.in, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := int64(0)
	for range 32 {
		n, _ := io.CopyN(io.Discard, reply.Body, size/32)
		got += n
		time.Sleep(50 * time.Millisecond)
	}
	if got != size {
		t.Errorf("got %d of %d bytes", got, size)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// TestAStreamMayRest sends events with pauses longer than any patience, over both protocols.
func TestAStreamMayRest(t *testing.T) {
	events := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for i := range 3 {
			_, _ = fmt.Fprintf(w, "data: %d\n\n", i)
			_ = http.NewResponseController(w).Flush()
			time.Sleep(300 * time.Millisecond)
		}
	}
	const section = "timeouts: {readHeader: 100ms, readBody: 100ms, write: 100ms, idle: 100ms}"
	plain, _ := protected(t, events, section)
	secure, two := overTLS(t, events, section)
	for url, client := range map[string]*http.Client{"http://" + plain: http.DefaultClient, "https://" + secure: two} {
		reply, err := client.Post(url, "text/plain", strings.NewReader("x"))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(reply.Body)
		if err != nil || strings.Count(string(body), "data: ") != 3 {
			t.Errorf("%s: %q, %v", reply.Proto, body, err)
		}
	}
}

// TestAWebSocketMayRest upgrades a connection and lets it rest longer than any patience.
func TestAWebSocketMayRest(t *testing.T) {
	address, _ := protected(t, func(w http.ResponseWriter, _ *http.Request) {
		c, in, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer func() { _ = c.Close() }()
		_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		_, _ = io.Copy(c, in)
	}, "timeouts: {readHeader: 100ms, readBody: 100ms, write: 100ms, idle: 100ms}")
	w := dial(t, address)
	w.say("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
	if reply, err := http.ReadResponse(w.in, nil); err != nil || reply.StatusCode != http.StatusSwitchingProtocols {
		t.Fatal(reply, err)
	}
	for _, word := range []string{"one", "two"} {
		time.Sleep(400 * time.Millisecond)
		w.say(word)
		got := make([]byte, len(word))
		if _, err := io.ReadFull(w.in, got); err != nil || string(got) != word {
			t.Errorf("got %q, %v", got, err)
		}
	}
}

// TestSlowBodiesOverHTTP2 are held to the same as over HTTP/1.
func TestSlowBodiesOverHTTP2(t *testing.T) {
	address, client := overTLS(t, mirror, "timeouts: {readBody: 600ms}\n  limits: {bodyBytes: 100}")
	for path, c := range map[string]struct {
		pieces int
		status int
		text   string
	}{
		"/other/slow":                    {9, http.StatusOK, "xxxxxxxxx"},
		"/other/stops":                   {-1, http.StatusRequestTimeout, `"code":"body_timeout"`},
		"/other/long":                    {101, http.StatusRequestEntityTooLarge, `"code":"too_large"`},
		"/api/v2/z/conversations/slowly": {9, http.StatusRequestTimeout, `"code":"body_timeout"`},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		request, _ := http.NewRequestWithContext(ctx, "PUT", "https://"+address+path, drip(c.pieces))
		request.Header.Set("Authorization", "Bearer open-sesame")
		request.Header.Set("Content-Type", "application/json")
		reply, err := client.Do(request)
		if err != nil {
			t.Fatal(path, err)
		}
		body, _ := io.ReadAll(bufio.NewReader(reply.Body))
		if reply.StatusCode != c.status || !strings.Contains(string(body), c.text) {
			t.Errorf("%s over %s: %d %s", path, reply.Proto, reply.StatusCode, body)
		}
		cancel()
	}
}

// drip is a body that says a byte each tenth of a second, or, if there are many, all at
// once; without any, it never ends.
func drip(pieces int) io.Reader {
	r, w := io.Pipe()
	if pieces > 50 {
		return strings.NewReader(strings.Repeat("x", pieces))
	}
	go func() {
		for range pieces {
			time.Sleep(100 * time.Millisecond)
			_, _ = io.WriteString(w, "x")
		}
		if pieces > 0 {
			_ = w.Close()
		}
	}()
	return r
}

// TestAConnectionOfHTTP2ThatDoesNotGoOnIsClosed: in the handshake, after its first words,
// and in the middle of a frame.
func TestAConnectionOfHTTP2ThatDoesNotGoOnIsClosed(t *testing.T) {
	address, client := overTLS(t, answerOK, "timeouts: {readHeader: 200ms, idle: 200ms}")
	dial(t, address).wantEnd(t)
	trusted := client.Transport.(*http.Transport).TLSClientConfig.RootCAs
	const preface, settings, headers = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\x00\x00\x00\x04\x00\x00\x00\x00\x00", "\x00\x00\x20\x01\x04\x00\x00\x00\x01\x82"
	for _, text := range []string{preface + settings, preface + settings + headers} {
		w := dial(t, address)
		secure := tls.Client(w.Conn, &tls.Config{RootCAs: trusted, ServerName: "127.0.0.1", NextProtos: []string{"h2"}})
		if err := secure.Handshake(); err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(secure, text)
		wire{w.Conn, bufio.NewReader(secure)}.wantEnd(t)
	}
}

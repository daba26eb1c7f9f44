package upstream_test

import (
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/certtest"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/upstream"
)

// secured is a backend that tells the protocol, the name it was called by, and that of the
// client's certificate.
func secured(t *testing.T, settings *tls.Config) string {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client := "nobody"
		if len(r.TLS.PeerCertificates) > 0 {
			client = r.TLS.PeerCertificates[0].Subject.CommonName
		}
		_, _ = io.WriteString(w, r.Proto+" "+r.TLS.ServerName+" "+client)
	}))
	s.TLS = settings
	s.EnableHTTP2 = true
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL
}

// wallet is a folder with the files of an upstream.
type wallet struct {
	ca, cert, key string
}

func newWallet(t *testing.T) wallet {
	dir := t.TempDir()
	return wallet{filepath.Join(dir, "ca.pem"), filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key")}
}

func TestTheBackendIsMetWithCertificates(t *testing.T) {
	ours, theirs, files := certtest.NewAuthority(t, "ours"), certtest.NewAuthority(t, "theirs"), newWallet(t)
	theirs.WriteOwn(t, files.ca)
	ours.Write(t, files.cert, files.key, "gateway")
	backend := secured(t, &tls.Config{Certificates: []tls.Certificate{theirs.Pair(t, "ccm.example")}, ClientCAs: ours.Roots(), ClientAuth: tls.VerifyClientCertIfGiven})
	for name, c := range map[string]struct {
		tls   config.UpstreamTLS
		http2 string
		want  string
	}{
		"a strange CA":      {config.UpstreamTLS{}, "", ""},
		"its CA":            {config.UpstreamTLS{CAFile: files.ca}, "", "HTTP/2.0  nobody"},
		"a certificate":     {config.UpstreamTLS{CAFile: files.ca, CertFile: files.cert, KeyFile: files.key}, "auto", "HTTP/2.0  gateway"},
		"a name":            {config.UpstreamTLS{CAFile: files.ca, ServerName: "ccm.example"}, "off", "HTTP/1.1 ccm.example nobody"},
		"another name":      {config.UpstreamTLS{CAFile: files.ca, ServerName: "other.example"}, "", ""},
		"only prior HTTP/2": {config.UpstreamTLS{CAFile: files.ca}, "prior-knowledge", "HTTP/2.0  nobody"},
	} {
		p := newPool(t, config.Upstream{URLs: []string{backend}, TLS: c.tls, HTTP2: c.http2}, upstream.Options{})
		if got, err := ask(p, request("GET", "/", "")); got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestCertificatesAreFollowed(t *testing.T) {
	ca, files, told := certtest.NewAuthority(t, "ca"), newWallet(t), make(lines, 64)
	ca.WriteOwn(t, files.ca)
	ca.Write(t, files.cert, files.key, "first")
	backend := secured(t, &tls.Config{Certificates: []tls.Certificate{ca.Pair(t, "x")}, ClientCAs: ca.Roots(), ClientAuth: tls.RequireAndVerifyClientCert})
	p := newPool(t, config.Upstream{URLs: []string{backend}, TLS: config.UpstreamTLS{CAFile: files.ca, CertFile: files.cert, KeyFile: files.key}},
		upstream.Options{ErrorLog: told.logger()})
	if got := get(t, p, "/"); got != "HTTP/2.0  first" {
		t.Errorf("got %q", got)
	}
	ca.Write(t, files.cert, files.key, "second")
	told.await(t, "upstream default: certificates reloaded")
	if got := get(t, p, "/"); got != "HTTP/2.0  second" {
		t.Errorf("got %q", got)
	}
	certtest.NewAuthority(t, "ca").Write(t, files.cert, filepath.Join(t.TempDir(), "lost.key"), "third")
	told.await(t, "private key does not match public key; what was read before stays")
	if got := get(t, p, "/"); got != "HTTP/2.0  second" {
		t.Errorf("got %q", got)
	}
}

// TestTheBackendsCertificateIsRotated changes it to one of another authority, which is known
// only when the file with the authorities has changed too.
func TestTheBackendsCertificateIsRotated(t *testing.T) {
	old, next, files, told := certtest.NewAuthority(t, "old"), certtest.NewAuthority(t, "next"), newWallet(t), make(lines, 64)
	old.WriteOwn(t, files.ca)
	var mu sync.Mutex
	shown := old.Pair(t, "x")
	backend := secured(t, &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		mu.Lock()
		defer mu.Unlock()
		return &tls.Config{Certificates: []tls.Certificate{shown}, NextProtos: []string{"h2"}}, nil
	}})
	p := newPool(t, config.Upstream{URLs: []string{backend}, TLS: config.UpstreamTLS{CAFile: files.ca}}, upstream.Options{ErrorLog: told.logger()})
	_ = get(t, p, "/")
	mu.Lock()
	shown = next.Pair(t, "x")
	mu.Unlock()
	_ = get(t, p, "/") // over the open connection
	next.WriteOwn(t, files.ca)
	told.await(t, "certificates reloaded")
	if got := get(t, p, "/"); got != "HTTP/2.0  nobody" {
		t.Errorf("got %q", got)
	}
}

func TestAPoolIsNotMadeWithoutItsFiles(t *testing.T) {
	files := newWallet(t)
	for want, settings := range map[string]config.UpstreamTLS{
		"reading the CA: ":          {CAFile: files.ca},
		"reading the certificate: ": {CertFile: files.cert, KeyFile: files.key},
	} {
		if _, err := upstream.New(config.Upstream{URLs: []string{"https://x"}, TLS: settings}, upstream.Options{}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v", err)
		}
	}
}

func TestHTTP2IsSpokenInTheClearIfSaid(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) }))
	s.Config.Protocols = new(http.Protocols)
	s.Config.Protocols.SetHTTP1(true)
	s.Config.Protocols.SetUnencryptedHTTP2(true)
	s.Start()
	defer s.Close()
	for mode, want := range map[string]string{"": "HTTP/1.1", "auto": "HTTP/1.1", "off": "HTTP/1.1", "prior-knowledge": "HTTP/2.0"} {
		if got := get(t, newPool(t, config.Upstream{URLs: []string{s.URL}, HTTP2: mode}, upstream.Options{}), "/"); got != want {
			t.Errorf("%q: %s", mode, got)
		}
	}
}

// TestConnectionsAreBounded sends eight requests at once, and lets each one end only when
// it is known that there are no more than two connections.
func TestConnectionsAreBounded(t *testing.T) {
	var mu sync.Mutex
	open, most := 0, 0
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		mu.Lock()
		defer mu.Unlock()
		switch state {
		case http.StateNew:
			open++
			most = max(most, open)
		case http.StateClosed:
			open--
		}
	}
	s.Start()
	defer s.Close()
	p := newPool(t, config.Upstream{URLs: []string{s.URL}, Connections: 2}, upstream.Options{})
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() { _ = get(t, p, "/") })
	}
	clients.Wait()
	if mu.Lock(); most > 2 {
		t.Errorf("%d connections", most)
	}
	mu.Unlock()
}

package tlsfile_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/certtest"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/gateway"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/tlsfile"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// write fills the files with a certificate of a name.
func write(t *testing.T, a certtest.Authority, files tlsfile.Files, name string) {
	t.Helper()
	a.Write(t, files.Certificate, files.Key, name)
	if files.ClientCA != "" {
		a.WriteOwn(t, files.ClientCA)
	}
}

// serve runs the gateway's server with a handler that tells the protocol and the client.
func serve(t *testing.T, source *tlsfile.Source) (url string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client := "nobody"
		if len(r.TLS.PeerCertificates) > 0 {
			client = r.TLS.PeerCertificates[0].Subject.CommonName
		}
		_, _ = fmt.Fprintf(w, "%s from %s", r.Proto, client)
	})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	server := gateway.Server{Handler: handler, TLS: source.Config(), ErrorLog: log.New(io.Discard, "", 0)}
	go func() { ended <- server.Serve(ctx, listener) }()
	t.Cleanup(func() { cancel(); <-ended })
	return "https://" + listener.Addr().String()
}

// ask returns the answer and the name in the server's certificate.
func ask(url string, a certtest.Authority, own ...tls.Certificate) (answer, server string, err error) {
	client := http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: a.Roots(), GetClientCertificate: show(own)}, ForceAttemptHTTP2: true, DisableKeepAlives: true,
	}}
	reply, err := client.Get(url)
	if err != nil {
		return "", "", err
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	return string(body), reply.TLS.PeerCertificates[0].Subject.CommonName, err
}

func inFolder(t *testing.T) tlsfile.Files {
	dir := t.TempDir()
	return tlsfile.Files{Certificate: filepath.Join(dir, "tls.crt"), Key: filepath.Join(dir, "tls.key")}
}

func TestCertificatesAreReplacedForNewConnections(t *testing.T) {
	ca, files := certtest.NewAuthority(t, "ca"), inFolder(t)
	write(t, ca, files, "first")
	source, err := tlsfile.New(files)
	must(t, err)
	url := serve(t, source)
	expect := func(want string) {
		t.Helper()
		if answer, server, err := ask(url, ca); err != nil || answer != "HTTP/2.0 from nobody" || server != want {
			t.Errorf("%q from %q: %v", answer, server, err)
		}
	}
	expect("first")
	write(t, ca, files, "second")
	must(t, source.Reload())
	expect("second")
	must(t, os.WriteFile(files.Key, []byte("broken"), 0o600))
	if err := source.Reload(); err == nil || !strings.HasPrefix(err.Error(), "reading the certificate: ") {
		t.Errorf("got %v", err)
	}
	expect("second")
}

func TestClientCertificatesReachTheHandler(t *testing.T) {
	ca, files := certtest.NewAuthority(t, "ca"), inFolder(t)
	files.ClientCA = files.Certificate + ".ca"
	write(t, ca, files, "server")
	source, err := tlsfile.New(files)
	must(t, err)
	url := serve(t, source)
	if answer, _, err := ask(url, ca); err != nil || answer != "HTTP/2.0 from nobody" {
		t.Errorf("without: %q, %v", answer, err)
	}
	if answer, _, err := ask(url, ca, ca.Pair(t, "crm")); err != nil || answer != "HTTP/2.0 from crm" {
		t.Errorf("with: %q, %v", answer, err)
	}
	stranger := certtest.NewAuthority(t, "ca").Pair(t, "crm")
	if answer, _, err := ask(url, ca, stranger); err == nil {
		t.Errorf("with a stranger's: %q", answer)
	}
}

// show presents a certificate whoever is said to be trusted.
func show(own []tls.Certificate) func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	return func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		if len(own) == 0 {
			return &tls.Certificate{}, nil
		}
		return &own[0], nil
	}
}

func TestFilesThatCannotBeUsed(t *testing.T) {
	ca, files := certtest.NewAuthority(t, "ca"), inFolder(t)
	if _, err := tlsfile.New(files); err == nil {
		t.Error("no files: no error")
	}
	write(t, ca, files, "server")
	swapped := tlsfile.Files{Certificate: files.Key, Key: files.Certificate}
	named := "reading the certificate: " + files.Key + " with " + files.Certificate + ": tls: "
	if _, err := tlsfile.New(swapped); err == nil || !strings.HasPrefix(err.Error(), named) {
		t.Errorf("got %v", err)
	}
	files.ClientCA = files.Key
	if _, err := tlsfile.New(files); err == nil || err.Error() != "reading the client CA: "+files.Key+" holds no certificate in PEM" {
		t.Errorf("got %v", err)
	}
}

package tlsfile_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/gateway"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/tlsfile"
)

// authority signs certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority(t *testing.T, name string) authority {
	t.Helper()
	key, certificate := sign(t, name, nil)
	return authority{certificate, key}
}

func sign(t *testing.T, name string, by *authority) (*ecdsa.PrivateKey, *x509.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: by == nil, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if by == nil {
		by = &authority{template, key}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.certificate, &key.PublicKey, by.key)
	must(t, err)
	certificate, err := x509.ParseCertificate(der)
	must(t, err)
	return key, certificate
}

// issue returns a certificate and its key as PEM.
func (a authority) issue(t *testing.T, name string) (certificate, key []byte) {
	t.Helper()
	private, public := sign(t, name, &a)
	der, err := x509.MarshalPKCS8PrivateKey(private)
	must(t, err)
	return pemOf("CERTIFICATE", public.Raw), pemOf("PRIVATE KEY", der)
}

func pemOf(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// write fills the files with a certificate of a name.
func (a authority) write(t *testing.T, files tlsfile.Files, name string) {
	t.Helper()
	certificate, key := a.issue(t, name)
	must(t, os.WriteFile(files.Certificate, certificate, 0o600))
	must(t, os.WriteFile(files.Key, key, 0o600))
	if files.ClientCA != "" {
		must(t, os.WriteFile(files.ClientCA, pemOf("CERTIFICATE", a.certificate.Raw), 0o600))
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
func ask(url string, a authority, own ...tls.Certificate) (answer, server string, err error) {
	roots := x509.NewCertPool()
	roots.AddCert(a.certificate)
	client := http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, GetClientCertificate: show(own)}, ForceAttemptHTTP2: true, DisableKeepAlives: true,
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
	ca, files := newAuthority(t, "ca"), inFolder(t)
	ca.write(t, files, "first")
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
	ca.write(t, files, "second")
	must(t, source.Reload())
	expect("second")
	must(t, os.WriteFile(files.Key, []byte("broken"), 0o600))
	if err := source.Reload(); err == nil || !strings.HasPrefix(err.Error(), "reading the certificate: ") {
		t.Errorf("got %v", err)
	}
	expect("second")
}

func TestClientCertificatesReachTheHandler(t *testing.T) {
	ca, files := newAuthority(t, "ca"), inFolder(t)
	files.ClientCA = files.Certificate + ".ca"
	ca.write(t, files, "server")
	source, err := tlsfile.New(files)
	must(t, err)
	url := serve(t, source)
	if answer, _, err := ask(url, ca); err != nil || answer != "HTTP/2.0 from nobody" {
		t.Errorf("without: %q, %v", answer, err)
	}
	certificate, err := tls.X509KeyPair(ca.issue(t, "crm"))
	must(t, err)
	if answer, _, err := ask(url, ca, certificate); err != nil || answer != "HTTP/2.0 from crm" {
		t.Errorf("with: %q, %v", answer, err)
	}
	stranger, err := tls.X509KeyPair(newAuthority(t, "ca").issue(t, "crm"))
	must(t, err)
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
	ca, files := newAuthority(t, "ca"), inFolder(t)
	if _, err := tlsfile.New(files); err == nil {
		t.Error("no files: no error")
	}
	ca.write(t, files, "server")
	files.ClientCA = files.Key
	if _, err := tlsfile.New(files); err == nil || err.Error() != "reading the client CA: "+files.Key+" holds no certificate in PEM" {
		t.Errorf("got %v", err)
	}
}

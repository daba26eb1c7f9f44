package gateway

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// authority issues the certificates of a test.
type authority struct {
	key         *ecdsa.PrivateKey
	certificate *x509.Certificate
	pool        *x509.CertPool
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), Subject: pkix.Name{CommonName: "authority"},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	must(t, err)
	certificate, err := x509.ParseCertificate(der)
	must(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(certificate)
	return authority{key, certificate, pool}
}

func (a authority) issue(t *testing.T, name string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), NotAfter: time.Now().Add(time.Hour),
		Subject: pkix.Name{CommonName: name}, DNSNames: []string{"localhost"}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	must(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// write puts a certificate and its key into PEM files.
func write(t *testing.T, c tls.Certificate) (certificate, key string) {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	must(t, err)
	return writePEM(t, "CERTIFICATE", c.Certificate[0]), writePEM(t, "PRIVATE KEY", der)
}

func writePEM(t *testing.T, kind string, der []byte) (name string) {
	t.Helper()
	name = filepath.Join(t.TempDir(), "file.pem")
	must(t, os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
	return name
}

// TestATokenBoundToACertificateIsGoodOnlyWithIt follows RFC 8705, section 3, from a client's
// TLS handshake to the answer.
func TestATokenBoundToACertificateIsGoodOnlyWithIt(t *testing.T) {
	ca := newAuthority(t)
	certificate, key := write(t, ca.issue(t, "server"))
	address, admin := freeAddress(t), freeAddress(t)
	start(t, fmt.Sprintf(`
gateway:
  listen: ['%s']
  admin: {listen: '%s'}
  tls: {certFile: '%s', keyFile: '%s', clientCAFile: '%s'}
  upstreams: [{urls: ['%s']}]
`, address, admin, certificate, key, writePEM(t, "CERTIFICATE", ca.certificate.Raw), echo(t)), "http://"+admin+"/readyz")

	mine, other := ca.issue(t, "mine"), ca.issue(t, "other")
	thumbprint := sha256.Sum256(mine.Certificate[0])
	bound := token(t, map[string]any{"cnf": map[string]string{"x5t#S256": encode(thumbprint[:])}})
	_, port, _ := strings.Cut(address, ":")
	for name, c := range map[string]struct {
		token  string
		shown  []tls.Certificate
		status int
	}{
		"its certificate":                    {bound, []tls.Certificate{mine}, 200},
		"another certificate":                {bound, []tls.Certificate{other}, 401},
		"no certificate":                     {bound, nil, 401},
		"a token that is bound to nothing":   {token(t, nil), nil, 200},
		"an unbound token and a certificate": {token(t, nil), []tls.Certificate{other}, 200},
	} {
		client := &http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true,
			TLSClientConfig: &tls.Config{RootCAs: ca.pool, Certificates: c.shown}}}
		request, err := http.NewRequest("PUT", "https://localhost:"+port+"/api/v2/z/conversations/1", strings.NewReader(`{"customer_info":{"Model":"X9"}}`))
		must(t, err)
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+c.token)
		reply, err := client.Do(request)
		must(t, err)
		if _ = reply.Body.Close(); reply.StatusCode != c.status || reply.ProtoMajor != 2 {
			t.Errorf("%s: status %d over %s, want %d over HTTP/2", name, reply.StatusCode, reply.Proto, c.status)
		}
		client.CloseIdleConnections()
	}
	stranger := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: ca.pool,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			own := newAuthority(t).issue(t, "stranger")
			return &own, nil
		}}}}
	if reply, err := stranger.Get("https://localhost:" + port); err == nil {
		_ = reply.Body.Close()
		t.Error("a certificate of nobody's was taken")
	}
}

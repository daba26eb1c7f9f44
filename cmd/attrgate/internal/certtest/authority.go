// Package certtest makes certificates for tests. Nothing else may import it.
package certtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"testing"
	"time"
)

// Authority signs certificates that hold for an hour.
type Authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// NewAuthority returns an authority of a name.
func NewAuthority(t *testing.T, name string) Authority {
	t.Helper()
	key, certificate := sign(t, name, nil)
	return Authority{certificate, key}
}

func sign(t *testing.T, name string, by *Authority) (*ecdsa.PrivateKey, *x509.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{name}, IsCA: by == nil, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if by == nil {
		by = &Authority{template, key}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.certificate, &key.PublicKey, by.key)
	must(t, err)
	certificate, err := x509.ParseCertificate(der)
	must(t, err)
	return key, certificate
}

// Issue returns a certificate for 127.0.0.1 and a name, and its key, as PEM.
func (a Authority) Issue(t *testing.T, name string) (certificate, key []byte) {
	t.Helper()
	private, public := sign(t, name, &a)
	der, err := x509.MarshalPKCS8PrivateKey(private)
	must(t, err)
	return pemOf("CERTIFICATE", public.Raw), pemOf("PRIVATE KEY", der)
}

// Pair returns what Issue does, ready for use.
func (a Authority) Pair(t *testing.T, name string) tls.Certificate {
	t.Helper()
	pair, err := tls.X509KeyPair(a.Issue(t, name))
	must(t, err)
	return pair
}

// Write puts a certificate of a name and its key into files.
func (a Authority) Write(t *testing.T, certificateFile, keyFile, name string) {
	t.Helper()
	certificate, key := a.Issue(t, name)
	must(t, os.WriteFile(certificateFile, certificate, 0o600))
	must(t, os.WriteFile(keyFile, key, 0o600))
}

// WriteOwn puts the authority's own certificate into a file.
func (a Authority) WriteOwn(t *testing.T, file string) {
	t.Helper()
	must(t, os.WriteFile(file, pemOf("CERTIFICATE", a.certificate.Raw), 0o600))
}

// Roots holds the authority and no other.
func (a Authority) Roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	return pool
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

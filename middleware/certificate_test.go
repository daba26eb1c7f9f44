package middleware_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
)

// newCertificate makes a self-signed certificate, which RFC 8705 is content with.
func newCertificate(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// boundTo is a confirmation of a certificate.
func boundTo(c tls.Certificate) map[string]any {
	sum := sha256.Sum256(c.Certificate[0])
	return map[string]any{"x5t#S256": b64(sum[:])}
}

func TestCertificateOfTheConnection(t *testing.T) {
	s := newStage(t, nil)
	server := httptest.NewUnstartedServer(s.gate)
	server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	server.StartTLS()
	defer server.Close()
	mine, other := newCertificate(t), newCertificate(t)
	raw := s.token(boundTo(mine))
	send := func(raw string, certificates ...tls.Certificate) int {
		transport := server.Client().Transport.(*http.Transport).Clone()
		defer transport.CloseIdleConnections()
		transport.TLSClientConfig.Certificates = certificates
		r := request("Bearer " + raw)
		r.RequestURI = ""
		r.URL, _ = url.Parse(server.URL + "/forms/1")
		answer, err := transport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	for name, c := range map[string]struct{ got, want int }{
		"its certificate":             {send(raw, mine), 204},
		"another certificate":         {send(raw, other), 401},
		"no certificate":              {send(raw), 401},
		"plain token, no certificate": {send(s.token(nil)), 204},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", name, c.got, c.want)
		}
	}
}

func TestTokenBoundToKeyAndCertificate(t *testing.T) {
	s := newStage(t, nil)
	mine := newCertificate(t)
	cnf := boundTo(mine)
	cnf["jkt"] = s.client.thumbprint()
	raw := s.token(cnf)
	parsed, _ := x509.ParseCertificate(mine.Certificate[0])
	proof := s.proof(s.client, raw)
	s.refuses("proof without certificate", request("DPoP "+raw, proof), 401, "invalid_token", "another sender")
	r := request("DPoP " + raw)
	r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{parsed}}
	s.refuses("certificate without proof", r, 401, "invalid_dpop_proof", "missing")
	header, claims := s.parts(s.client, raw)
	claims["htu"] = "https://gate.example.com/forms/1"
	r.Header.Set("DPoP", s.client.sign(t, header, claims))
	s.admits("both", r)
}

func TestCertificateInAHeader(t *testing.T) {
	s := newStage(t, func(p *policy.Policy) {
		p.MTLS = policy.MTLS{Header: "x-forwarded-tls-client-cert", TrustedProxies: []string{"192.0.2.0/24", "2001:db8::1"}}
	})
	mine, other := newCertificate(t), newCertificate(t)
	raw := s.token(boundTo(mine))
	der := base64.StdEncoding.EncodeToString(mine.Certificate[0])
	block := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: mine.Certificate[0]}))
	otherDER := base64.StdEncoding.EncodeToString(other.Certificate[0])
	from := func(remote string, values ...string) *http.Request {
		r := request("Bearer " + raw)
		r.RemoteAddr = remote
		r.Header["X-Forwarded-Tls-Client-Cert"] = values
		return r
	}
	proxy := "192.0.2.7:1234"
	for name, value := range map[string]string{
		"base64 DER":                      der,
		"RFC 9440":                        ":" + der + ":",
		"URL-encoded DER":                 url.QueryEscape(der),
		"PEM in one line":                 strings.ReplaceAll(block, "\n", " "),
		"PEM with folded lines":           strings.ReplaceAll(block, "\n", "\n\t"),
		"URL-encoded PEM, as nginx":       url.PathEscape(block),
		"URL-encoded PEM, spaces as plus": url.QueryEscape(block),
		"Traefik's chain":                 der + "," + otherDER,
	} {
		s.admits(name, from(proxy, value))
	}
	s.admits("IPv6 proxy", from("[2001:db8::1]:1", der))
	s.admits("IPv4 in IPv6", from("[::ffff:192.0.2.7]:1", der))
	for name, r := range map[string]*http.Request{
		"another certificate":   from(proxy, otherDER),
		"another one first":     from(proxy, otherDER+","+der),
		"two headers":           from(proxy, der, der),
		"no header":             from(proxy),
		"empty":                 from(proxy, ""),
		"not base64":            from(proxy, "?"),
		"bad escape":            from(proxy, der+"%"),
		"not a certificate":     from(proxy, base64.StdEncoding.EncodeToString([]byte("x"))),
		"two certificates":      from(proxy, base64.StdEncoding.EncodeToString(append(append([]byte{}, mine.Certificate[0]...), other.Certificate[0]...))),
		"very long":             from(proxy, der+","+strings.Repeat("A", 32<<10)),
		"an untrusted address":  from("198.51.100.1:1234", der),
		"an address like it":    from("192.0.20.7:1234", der),
		"an address of no kind": from("@", der),
	} {
		s.refuses(name, r, 401, "invalid_token", "another sender")
	}
	raw = s.token(map[string]any{"x5t#S256": hash("no certificate")})
	garbage := base64.StdEncoding.EncodeToString([]byte("no certificate"))
	s.refuses("bound to no certificate", from(proxy, garbage), 401, "invalid_token", "another sender")
}

// TestProxyCannotLendItsCertificate: on a connection from a trusted proxy the certificate
// is the proxy's own; on any other, the header is anybody's.
func TestProxyCannotLendItsCertificate(t *testing.T) {
	s := newStage(t, func(p *policy.Policy) {
		p.MTLS = policy.MTLS{Header: "Client-Cert", TrustedProxies: []string{"192.0.2.7"}}
	})
	mine := newCertificate(t)
	parsed, _ := x509.ParseCertificate(mine.Certificate[0])
	r := request("Bearer " + s.token(boundTo(mine)))
	r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{parsed}}
	r.RemoteAddr = "192.0.2.7:1"
	s.refuses("the proxy's certificate", r, 401, "invalid_token", "another sender")
	r = request("Bearer " + s.token(boundTo(mine)))
	r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{parsed}}
	r.RemoteAddr = "192.0.2.8:1"
	r.Header.Set("Client-Cert", "?")
	s.admits("the client's own", r)
}

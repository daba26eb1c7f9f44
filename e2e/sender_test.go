package e2e

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/e2e/internal/plugin"
)

// TestInterpretedSenders sends what no case can hold, since it ages: proofs of possession
// and certificates, to the plugin as Traefik interprets it.
func TestInterpretedSenders(t *testing.T) {
	is := startIssuer(t)
	gate := interpretedGate(t, is, `"dpop": {"algorithms": ["ES256", "EdDSA"]}, "mtls": {"header": "Client-Cert", "trustedProxies": ["192.0.2.0/24"]}`)
	for _, p := range []prover{newECProver(t), newEdProver(t)} {
		raw := is.sign(t, map[string]any{"aud": "contact-centre", "scope": "channel-session:update", "cnf": map[string]string{"jkt": p.thumbprint()}})
		proof := p.proof(t, raw, nil)
		expect(t, gate, p.alg+": a good proof", dpop(raw, proof), 204)
		expect(t, gate, p.alg+": the same again", dpop(raw, proof), 401)
		expect(t, gate, p.alg+": another good one", dpop(raw, p.proof(t, raw, nil)), 204)
		expect(t, gate, p.alg+": no proof", dpop(raw), 401)
		expect(t, gate, p.alg+": two", dpop(raw, p.proof(t, raw, nil), p.proof(t, raw, nil)), 401)
		expect(t, gate, p.alg+": somebody else's", dpop(raw, newECProver(t).proof(t, raw, nil)), 401)
		bearer := dpop(raw, p.proof(t, raw, nil))
		bearer.Header.Set("Authorization", "Bearer "+raw)
		expect(t, gate, p.alg+": under Bearer", bearer, 401)
		for name, value := range map[string]any{
			"htm": "POST", "htu": "http://gate.example.com/forms/2", "iat": time.Now().Add(-61 * time.Second).Unix(), "ath": "x", "jti": "",
		} {
			expect(t, gate, p.alg+": wrong "+name, dpop(raw, p.proof(t, raw, map[string]any{name: value})), 401)
		}
		spelled := p.proof(t, raw, map[string]any{"htu": "HTTP://GATE.example.com:80/forms/1?x"})
		expect(t, gate, p.alg+": another spelling of htu", dpop(raw, spelled), 204)
	}
	plain := is.token(t, "contact-centre", "channel-session:update")
	expect(t, gate, "unbound", dpop(plain), 401)
	unbound := dpop(plain)
	unbound.Header.Set("Authorization", "Bearer "+plain)
	expect(t, gate, "unbound under Bearer", unbound, 204)
}

func TestInterpretedCertificates(t *testing.T) {
	is := startIssuer(t)
	gate := interpretedGate(t, is, `"mtls": {"header": "Client-Cert", "trustedProxies": ["192.0.2.0/24"]}`)
	p := newECProver(t)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, p.ec.Public(), p.ec)
	if err != nil {
		t.Fatal(err)
	}
	parsed, _ := x509.ParseCertificate(der)
	sum := sha256.Sum256(der)
	raw := is.sign(t, map[string]any{"aud": "contact-centre", "scope": "channel-session:update", "cnf": map[string]string{"x5t#S256": encode(sum[:])}})
	send := func(remote, header string, connection *tls.ConnectionState) *http.Request {
		r := dpop(raw)
		r.Header.Set("Authorization", "Bearer "+raw)
		r.Header.Set("Client-Cert", header)
		r.RemoteAddr = remote
		r.TLS = connection
		return r
	}
	own := &tls.ConnectionState{PeerCertificates: []*x509.Certificate{parsed}}
	inline := base64.StdEncoding.EncodeToString(der)
	expect(t, gate, "from the proxy", send("192.0.2.1:1", inline, nil), 204)
	expect(t, gate, "URL-encoded", send("192.0.2.1:1", url.QueryEscape("-----BEGIN CERTIFICATE-----\n"+inline+"\n-----END CERTIFICATE-----\n"), nil), 204)
	expect(t, gate, "garbage", send("192.0.2.1:1", "AAAA", own), 401)
	expect(t, gate, "from anyone", send("198.51.100.1:1", inline, nil), 401)
	expect(t, gate, "of the connection", send("198.51.100.1:1", "", own), 204)
}

// interpretedGate is the plugin with one issuer and some more of a policy.
func interpretedGate(t *testing.T, is issuer, more string) http.Handler {
	t.Helper()
	goPath := t.TempDir()
	if err := plugin.Link(goPath, root); err != nil {
		t.Fatal(err)
	}
	loaded, err := plugin.Load(context.Background(), goPath, plugin.Module+"/plugin", t.Output())
	if err != nil {
		t.Fatal(err)
	}
	values, err := plugin.Values([]byte(fmt.Sprintf(`{"issuers": [{"issuer": %q, "audiences": ["contact-centre"], "jwksURL": %[1]q}], %s}`, is.server.URL, more)))
	if err != nil {
		t.Fatal(err)
	}
	config, err := loaded.CreateConfig()
	if err != nil {
		t.Fatal(err)
	}
	if err := plugin.Decode(config, values); err != nil {
		t.Fatal(err)
	}
	backend := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	gate, err := loaded.New(context.Background(), backend, config, "senders")
	if err != nil {
		t.Fatal(err)
	}
	return gate
}

func dpop(raw string, proofs ...string) *http.Request {
	body := strings.NewReader(`[{"key":"Note","type":"String50","value":"x"}]`)
	r := httptest.NewRequest(http.MethodPut, "http://gate.example.com/forms/1", body)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "DPoP "+raw)
	for _, p := range proofs {
		r.Header.Add("DPoP", p)
	}
	return r
}

func expect(t *testing.T, gate http.Handler, what string, r *http.Request, status int) {
	t.Helper()
	w := httptest.NewRecorder()
	gate.ServeHTTP(w, r)
	if w.Code != status {
		t.Errorf("%s: %d, want %d: %s", what, w.Code, status, w.Body)
	}
}

// prover is a client that signs proofs, with one of two keys.
type prover struct {
	alg string
	ec  *ecdsa.PrivateKey
	ed  ed25519.PrivateKey
}

func newECProver(t *testing.T) prover {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return prover{alg: "ES256", ec: key}
}

func newEdProver(t *testing.T) prover {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return prover{alg: "EdDSA", ed: key}
}

func (p prover) jwk() map[string]string {
	if p.ec == nil {
		return map[string]string{"kty": "OKP", "crv": "Ed25519", "x": encode(p.ed.Public().(ed25519.PublicKey))}
	}
	x, y := p.ec.X.FillBytes(make([]byte, 32)), p.ec.Y.FillBytes(make([]byte, 32))
	return map[string]string{"kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y)}
}

// thumbprint is that of RFC 7638: a map is marshalled in the order of its names.
func (p prover) thumbprint() string {
	text, _ := json.Marshal(p.jwk())
	sum := sha256.Sum256(text)
	return encode(sum[:])
}

func (p prover) proof(t *testing.T, raw string, changes map[string]any) string {
	t.Helper()
	hash := sha256.Sum256([]byte(raw))
	claims := map[string]any{
		"jti": rand.Text(), "htm": "PUT", "htu": "http://gate.example.com/forms/1", "iat": time.Now().Unix(), "ath": encode(hash[:]),
	}
	for name, value := range changes {
		claims[name] = value
	}
	signed := encodeJSON(t, map[string]any{"typ": "dpop+jwt", "alg": p.alg, "jwk": p.jwk()}) + "." + encodeJSON(t, claims)
	if p.ec == nil {
		return signed + "." + encode(ed25519.Sign(p.ed, []byte(signed)))
	}
	sum := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, p.ec, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + encode(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
}

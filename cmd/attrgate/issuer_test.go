package main_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// issuer is one whose address is known, and which listens only between start and stop.
type issuer struct {
	address string
	key     *ecdsa.PrivateKey
	slow    atomic.Bool // it accepts connections, and answers nobody
	ended   chan struct{}
	server  *http.Server
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	is := &issuer{address: l.Addr().String(), key: key, ended: make(chan struct{})}
	t.Cleanup(func() { close(is.ended); is.stop() })
	return is
}

func (is *issuer) start(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", is.address)
	if err != nil {
		t.Fatal(err)
	}
	is.server = &http.Server{Handler: is}
	go func() { _ = is.server.Serve(l) }()
}

func (is *issuer) stop() {
	if is.server != nil {
		_ = is.server.Close()
	}
}

// ServeHTTP publishes the key.
func (is *issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if is.slow.Load() {
		select {
		case <-r.Context().Done():
		case <-is.ended:
		}
		return
	}
	_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: is.key.Public(), KeyID: "k", Algorithm: "ES256", Use: "sig"}}})
}

// token is a good one that was never seen before.
func (is *issuer) token(t *testing.T) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: is.key, KeyID: "k"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	claims, _ := json.Marshal(map[string]any{
		"iss": "http://" + is.address, "aud": "api", "sub": "crm", "scope": goodScope, "jti": rand.Text(), "exp": time.Now().Add(time.Hour).Unix(),
	})
	signed, err := signer.Sign(claims)
	if err != nil {
		t.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// policy asks for keys as often as it may.
func (is *issuer) policy() string {
	return "issuers: [{issuer: 'http://" + is.address + "', audiences: [api], algorithms: [ES256], jwksURL: 'http://" + is.address + "/keys', keysFreshFor: 1s, keysFloor: 1s}]\n"
}

// wantUnavailable sends a new token, which cannot be verified, and a request that needs none.
func wantUnavailable(t *testing.T, p *process, authorization string) {
	t.Helper()
	reply := p.update(t, authorization)
	if wantStatus(t, reply, 503); reply.Header.Get("Retry-After") == "" {
		t.Error("no advice when to try again")
	}
	wantPassed(t, p)
}

func wantPassed(t *testing.T, p *process) {
	t.Helper()
	reply, err := http.Get("http://" + p.address + "/other")
	if err != nil {
		t.Fatal(err)
	}
	_ = reply.Body.Close()
	wantStatus(t, reply, 200)
}

// TestTheIssuerIsAwayAtTheStart and comes later; then it goes away again.
func TestTheIssuerIsAwayAtTheStart(t *testing.T) {
	is := newIssuer(t)
	p := run(t, file(t, is.policy()+section(t)))
	wantUnavailable(t, p, "Bearer "+is.token(t))
	is.start(t)
	until(t, "the keys are there", func() bool { return p.update(t, "Bearer "+is.token(t)).StatusCode == 200 })
	is.stop()
	for end := time.Now().Add(3 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		wantStatus(t, p.update(t, "Bearer "+is.token(t)), 200) // known keys go on serving
	}
}

func TestTheIssuerIsSlow(t *testing.T) {
	is := newIssuer(t)
	is.slow.Store(true)
	is.start(t)
	p := run(t, file(t, is.policy()+section(t)))
	wantUnavailable(t, p, "Bearer "+is.token(t))
	is.slow.Store(false)
	until(t, "the keys are there", func() bool { return p.update(t, "Bearer "+is.token(t)).StatusCode == 200 })
	is.slow.Store(true)
	for end := time.Now().Add(3 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		wantStatus(t, p.update(t, "Bearer "+is.token(t)), 200)
	}
}

// TestTheIntrospectionEndpointFails and is slow, and then is well.
func TestTheIntrospectionEndpointFails(t *testing.T) {
	e := newEndpoint(t)
	e.vouch("known", goodScope, nil)
	e.vouch("new", goodScope, nil)
	text := "introspection: [{url: '" + e.URL + "', clientID: gate, clientSecret: s, timeout: 1s, cacheFor: 10m}]\n"
	p := run(t, file(t, text+section(t)))
	wantStatus(t, p.update(t, "Bearer known"), 200)
	e.set(func() { e.broken = true })
	wantUnavailable(t, p, "Bearer new")
	e.set(func() { e.broken, e.delay = false, 2*time.Second })
	wantUnavailable(t, p, "Bearer new")
	wantStatus(t, p.update(t, "Bearer known"), 200)
	e.set(func() { e.delay = 0 })
	until(t, "it is asked again", func() bool { return p.update(t, "Bearer new").StatusCode == 200 })
}

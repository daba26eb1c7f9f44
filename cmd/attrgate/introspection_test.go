package main_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// endpoint answers questions about tokens (RFC 7662), and counts them.
type endpoint struct {
	*httptest.Server
	mu     sync.Mutex
	says   map[string]map[string]any // by token
	asked  map[string]int
	delay  time.Duration
	broken bool
}

func newEndpoint(t *testing.T) *endpoint {
	t.Helper()
	e := &endpoint{says: map[string]map[string]any{}, asked: map[string]int{}}
	e.Server = httptest.NewServer(e)
	t.Cleanup(e.Close)
	return e
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	said, delay, broken := e.says[r.PostFormValue("token")], e.delay, e.broken
	e.asked[r.PostFormValue("token")]++
	e.mu.Unlock()
	if time.Sleep(delay); broken {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	if said == nil {
		said = map[string]any{"active": false}
	}
	_ = json.NewEncoder(w).Encode(said)
}

// vouch makes a token active, with more members.
func (e *endpoint) vouch(token, scope string, more map[string]any) {
	answer := map[string]any{"active": true, "sub": "subject-in-clear", "client_id": "client-in-clear", "scope": scope}
	for name, value := range more {
		answer[name] = value
	}
	e.set(func() { e.says[token] = answer })
}

func (e *endpoint) set(change func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	change()
}

func (e *endpoint) questions(token string) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.asked[token]
}

// policy is one that asks it.
func (e *endpoint) policy() string {
	return "introspection: [{url: '" + e.URL + "', clientID: gate, clientSecret: secret-of-the-gate, timeout: 5s, cacheFor: 10m}]\n"
}

// holder has a key to which tokens are bound.
type holder struct {
	signer     jose.Signer
	thumbprint string
}

func newHolder(t *testing.T) holder {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, (&jose.SignerOptions{EmbedJWK: true}).WithType("dpop+jwt"))
	if err != nil {
		t.Fatal(err)
	}
	public := jose.JSONWebKey{Key: key.Public()}
	sum, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	return holder{signer, base64.RawURLEncoding.EncodeToString(sum)}
}

// proof is one for the update of process.update, made now. All gateways go by one name.
func (h holder) proof(t *testing.T, token string) string {
	t.Helper()
	sum := sha256.Sum256([]byte(token))
	claims, _ := json.Marshal(map[string]any{
		"jti": rand.Text(), "htm": "PUT", "htu": "https://api.example.com/api/v2/z/conversations/1",
		"iat": time.Now().Unix(), "ath": base64.RawURLEncoding.EncodeToString(sum[:]),
	})
	signed, err := h.signer.Sign(claims)
	if err != nil {
		t.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (h holder) bound() map[string]any {
	return map[string]any{"token_type": "DPoP", "cnf": map[string]any{"jkt": h.thumbprint}}
}

const oneName = "dpop: {origins: ['https://api.example.com']}\n"

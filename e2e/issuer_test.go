package e2e

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// issuer is an authorization server as far as the plugin asks it: it publishes a key.
type issuer struct {
	server *httptest.Server
	key    *rsa.PrivateKey
}

func startIssuer(t *testing.T) issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	jwks := map[string]any{"keys": []any{map[string]string{
		"kty": "RSA", "kid": "one", "use": "sig", "alg": "RS256",
		"n": encode(key.N.Bytes()), "e": encode(big.NewInt(int64(key.E)).Bytes()),
	}}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := json.NewEncoder(w).Encode(jwks); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return issuer{server: server, key: key}
}

// token signs an access token that is good for an hour (RFC 9068).
func (i issuer) token(t *testing.T, audience, scope string) string {
	t.Helper()
	return i.sign(t, map[string]any{"aud": audience, "scope": scope})
}

// sign signs the given claims and what every token has.
func (i issuer) sign(t *testing.T, claims map[string]any) string {
	t.Helper()
	now := time.Now()
	all := map[string]any{
		"iss": i.server.URL, "sub": "e2e", "client_id": "e2e", "jti": "1", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
	}
	for name, value := range claims {
		all[name] = value
	}
	signed := encodeJSON(t, map[string]any{"typ": "at+jwt", "alg": "RS256", "kid": "one"}) + "." + encodeJSON(t, all)
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, i.key, crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + encode(signature)
}

func encodeJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return encode(text)
}

func encode(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

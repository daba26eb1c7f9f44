package middleware_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"testing"
)

// client has a key pair. One is the issuer of these tests; others sign DPoP proofs.
type client struct {
	alg string
	key crypto.Signer
}

func newClient(t testing.TB, alg string) client {
	t.Helper()
	var key crypto.Signer
	var err error
	switch alg {
	case "EdDSA":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	case "RS256":
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	default:
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	if err != nil {
		t.Fatal(err)
	}
	return client{alg: alg, key: key}
}

// jwk is the public key, with its required members only.
func (c client) jwk() map[string]any {
	switch public := c.key.Public().(type) {
	case *rsa.PublicKey:
		return map[string]any{"kty": "RSA", "n": b64(public.N.Bytes()), "e": b64(big.NewInt(int64(public.E)).Bytes())}
	case *ecdsa.PublicKey:
		x, y := public.X.FillBytes(make([]byte, 32)), public.Y.FillBytes(make([]byte, 32))
		return map[string]any{"kty": "EC", "crv": "P-256", "x": b64(x), "y": b64(y)}
	}
	return map[string]any{"kty": "OKP", "crv": "Ed25519", "x": b64(c.key.Public().(ed25519.PublicKey))}
}

// thumbprint is that of RFC 7638: json.Marshal sorts the members of a map.
func (c client) thumbprint() string {
	text, _ := json.Marshal(c.jwk())
	return hash(string(text))
}

// sign makes a JWT.
func (c client) sign(t testing.TB, header, claims map[string]any) string {
	t.Helper()
	return c.signText(t, asJSON(t, header), asJSON(t, claims))
}

func (c client) signText(t testing.TB, header, claims string) string {
	t.Helper()
	signed := b64([]byte(header)) + "." + b64([]byte(claims))
	sum := sha256.Sum256([]byte(signed))
	var signature []byte
	var err error
	switch key := c.key.(type) {
	case *ecdsa.PrivateKey:
		var r, s *big.Int
		r, s, err = ecdsa.Sign(rand.Reader, key, sum[:])
		if err == nil {
			signature = append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
		}
	case ed25519.PrivateKey:
		signature = ed25519.Sign(key, []byte(signed))
	case *rsa.PrivateKey:
		signature, err = rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	}
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + b64(signature)
}

func asJSON(t testing.TB, value any) string {
	t.Helper()
	raw, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return b64(sum[:])
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

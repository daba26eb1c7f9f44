package tokencheck

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"

	"github.com/attrgate/attrgate/middleware/policy"
)

// signer is a key that lives for one examination.
type signer struct {
	key    *ecdsa.PrivateKey
	public string // PEM
}

func newSigner() (signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return signer{}, err
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	return signer{key, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))}, err
}

// sign returns the same claims, byte for byte, under the same typ, with our signature.
func (s signer) sign(t Token) string {
	header := map[string]any{"alg": "ES256"}
	if kind, there := t.Header["typ"]; there {
		header["typ"] = kind
	}
	return s.signed(header, t.payload)
}

// vouchedFor is a policy of one issuer, whose tokens are those that we have signed.
func (s signer) vouchedFor(issuer policy.Issuer) policy.Policy {
	issuer.Keys, issuer.Algorithms = []string{s.public}, []string{"ES256"}
	issuer.JWKSURL, issuer.Secret, issuer.SecretEnv, issuer.SecretFile = "", "", "", ""
	return policy.Policy{Issuers: []policy.Issuer{issuer}}
}

// Mint signs claims, a JSON object byte for byte, with a new key, under a typ; empty: none. It
// returns the token, and the key in PEM as a policy pins it.
func Mint(claims []byte, kind string) (raw, key string, err error) {
	s, err := newSigner()
	if err != nil {
		return "", "", err
	}
	header := map[string]any{"alg": "ES256"}
	if kind != "" {
		header["typ"] = kind
	}
	return s.signed(header, base64.RawURLEncoding.EncodeToString(claims)), s.public, nil
}

func (s signer) signed(header map[string]any, payload string) string {
	text, _ := json.Marshal(header) // it came from JSON
	covered := base64.RawURLEncoding.EncodeToString(text) + "." + payload
	digest := sha256.Sum256([]byte(covered))
	r, v, err := ecdsa.Sign(rand.Reader, s.key, digest[:])
	if err != nil {
		return "" // malformed
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	v.FillBytes(signature[32:])
	return covered + "." + base64.RawURLEncoding.EncodeToString(signature)
}

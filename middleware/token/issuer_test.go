package token_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
)

// noon is when the tests take place.
var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// issuer is a scripted authorization server on loopback.
type issuer struct {
	*httptest.Server
	mu      sync.Mutex
	keys    []map[string]any
	fetches int
	unique  string
	answer  http.HandlerFunc // instead of the key set, if set
}

// issuers counts the issuers of all tests. What is known of an issuer outlives a test, and
// the port of a server that is closed may be another's next.
var issuers atomic.Int64

func newIssuer(t testing.TB, keys ...map[string]any) *issuer {
	t.Helper()
	is := &issuer{keys: keys, unique: strconv.FormatInt(issuers.Add(1), 10)}
	is.Server = httptest.NewServer(is)
	t.Cleanup(is.Close)
	return is
}

func (is *issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	is.mu.Lock()
	defer is.mu.Unlock()
	is.fetches++
	if is.answer != nil {
		is.answer(w, r)
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"keys": is.keys})
}

func (is *issuer) publish(keys ...map[string]any) {
	is.mu.Lock()
	defer is.mu.Unlock()
	is.keys = keys
}

func (is *issuer) script(answer http.HandlerFunc) {
	is.mu.Lock()
	defer is.mu.Unlock()
	is.answer = answer
}

func (is *issuer) fetched() int {
	is.mu.Lock()
	defer is.mu.Unlock()
	return is.fetches
}

// jwks is the address of the key set.
func (is *issuer) jwks() string { return is.URL + "/jwks?" + is.unique }

// verifier trusts the issuer's published keys.
func (is *issuer) verifier(t testing.TB) *token.Verifier {
	t.Helper()
	return verifier(t, policy.Issuer{Issuer: is.URL, Audiences: []string{"api"}, JWKSURL: is.jwks(), Algorithms: all()})
}

func all() []string {
	return []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
}

func verifier(t testing.TB, issuers ...policy.Issuer) *token.Verifier {
	t.Helper()
	var ps policy.Problems
	v := token.New(policy.Policy{Issuers: issuers}, &ps)
	if err := ps.Err(); err != nil {
		t.Fatal(err)
	}
	return v
}

// signer signs tokens with one private key.
type signer struct {
	kid string
	alg string
	key crypto.Signer
}

func newSigner(t testing.TB, alg, kid string) *signer {
	t.Helper()
	var key crypto.Signer
	var err error
	switch alg {
	case "ES256":
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "ES384":
		key, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case "ES512":
		key, err = ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case "EdDSA":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	default:
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	if err != nil {
		t.Fatal(err)
	}
	return &signer{kid: kid, alg: alg, key: key}
}

// jwk is the public key as the issuer publishes it.
func (s *signer) jwk() map[string]any {
	jwk := map[string]any{"kid": s.kid, "use": "sig"}
	switch public := s.key.Public().(type) {
	case *rsa.PublicKey:
		jwk["kty"] = "RSA"
		jwk["n"] = b64(public.N.Bytes())
		jwk["e"] = b64(big.NewInt(int64(public.E)).Bytes())
	case *ecdsa.PublicKey:
		size := (public.Curve.Params().BitSize + 7) / 8
		point := make([]byte, size)
		jwk["kty"] = "EC"
		jwk["crv"] = public.Curve.Params().Name
		jwk["x"] = b64(public.X.FillBytes(point))
		jwk["y"] = b64(public.Y.FillBytes(point))
	case ed25519.PublicKey:
		jwk["kty"] = "OKP"
		jwk["crv"] = "Ed25519"
		jwk["x"] = b64(public)
	}
	return jwk
}

// token signs good claims of an issuer, changed by the given ones.
func (s *signer) token(t testing.TB, iss string, changes map[string]any) string {
	t.Helper()
	claims := map[string]any{
		"iss": iss, "aud": "api", "sub": "crm", "scope": "a b", "iat": noon.Unix(), "exp": noon.Add(24 * time.Hour).Unix(),
	}
	for name, value := range changes {
		claims[name] = value
	}
	head, _ := json.Marshal(map[string]any{"alg": s.alg, "kid": s.kid})
	body, _ := json.Marshal(claims)
	signed := b64(head) + "." + b64(body)
	return signed + "." + b64(s.sign(t, []byte(signed)))
}

func (s *signer) sign(t testing.TB, message []byte) []byte {
	t.Helper()
	hash, sum := digest(s.alg, message)
	if key, ok := s.key.(*ecdsa.PrivateKey); ok {
		r, sig, err := ecdsa.Sign(rand.Reader, key, sum)
		if err != nil {
			t.Fatal(err)
		}
		size := (key.Params().BitSize + 7) / 8
		return append(r.FillBytes(make([]byte, size)), sig.FillBytes(make([]byte, size))...)
	}
	var options crypto.SignerOpts = hash
	if s.alg[0] == 'P' {
		options = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: hash}
	}
	signature, err := s.key.Sign(rand.Reader, sum, options)
	if err != nil {
		t.Fatal(err)
	}
	return signature
}

func digest(alg string, message []byte) (crypto.Hash, []byte) {
	switch alg[2:] {
	case "256":
		sum := sha256.Sum256(message)
		return crypto.SHA256, sum[:]
	case "384":
		sum := sha512.Sum384(message)
		return crypto.SHA384, sum[:]
	case "512":
		sum := sha512.Sum512(message)
		return crypto.SHA512, sum[:]
	}
	return 0, message // Ed25519 hashes itself
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

package token

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// key is a public key that an issuer signs with.
type key struct {
	id    string // kid, or empty
	alg   string // the one algorithm it is for, or empty
	kty   string
	curve string
	print string // what tells it from other keys
	rsa   *rsa.PublicKey
	ec    *ecdsa.PublicKey
	ed    ed25519.PublicKey

	secret []byte // of a symmetric key, which is no public one
}

// jwk is a JSON Web Key (RFC 7517) as far as we read it.
type jwk struct {
	Kty    string   `json:"kty"`
	Kid    string   `json:"kid"`
	Alg    string   `json:"alg"`
	Use    string   `json:"use"`
	KeyOps []string `json:"key_ops"`
	Crv    string   `json:"crv"`
	N      string   `json:"n"`
	E      string   `json:"e"`
	X      string   `json:"x"`
	Y      string   `json:"y"`
	D      string   `json:"d"`
	K      string   `json:"k"`
}

// minRSABits is the least RSA modulus (RFC 7518, section 3.3).
const minRSABits = 2048

// fits tells whether the key may be used with an algorithm. The key decides with the
// policy; the token only asks.
func fits(k *key, alg algorithm) bool {
	return k.kty == alg.kty && k.curve == alg.curve && (k.alg == "" || k.alg == alg.name)
}

// parsePinned reads a key from a policy: a JWK as JSON text, or a PEM block.
func parsePinned(text string) (*key, error) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "-----BEGIN") {
		return parsePEM(text)
	}
	var raw jwk
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		return nil, errors.New("neither a JWK as JSON text nor PEM")
	}
	return parseJWK(raw)
}

func parsePEM(text string) (*key, error) {
	block, rest := pem.Decode([]byte(text))
	if block == nil || block.Type != "PUBLIC KEY" || len(strings.TrimSpace(string(rest))) > 0 {
		return nil, errors.New("PEM must be one block PUBLIC KEY")
	}
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	k := &key{print: fingerprint("", block.Bytes)}
	switch p := public.(type) {
	case *rsa.PublicKey:
		k.kty = "RSA"
		k.rsa = p
		return k, checkRSA(p)
	case *ecdsa.PublicKey:
		k.kty = "EC"
		k.curve = p.Curve.Params().Name
		k.ec = p
		return k, nil
	case ed25519.PublicKey:
		k.kty = "OKP"
		k.curve = "Ed25519"
		k.ed = p
		return k, nil
	}
	return nil, errors.New("not an RSA, EC or Ed25519 key")
}

// parseJWK makes a key of a JWK that may verify signatures.
func parseJWK(raw jwk) (*key, error) {
	switch {
	case raw.Use != "" && raw.Use != "sig":
		return nil, fmt.Errorf("use is %q, not sig", raw.Use)
	case raw.KeyOps != nil && !contains(raw.KeyOps, "verify"):
		return nil, errors.New("key_ops does not hold verify")
	case raw.D != "" || raw.K != "":
		return nil, errors.New("not a public key")
	}
	k := &key{id: raw.Kid, alg: raw.Alg, kty: raw.Kty, curve: raw.Crv}
	k.print = fingerprint(raw.Alg, []byte(raw.Kty+"."+raw.Crv+"."+raw.N+"."+raw.E+"."+raw.X+"."+raw.Y))
	switch raw.Kty {
	case "RSA":
		k.curve = ""
		return k, setRSA(k, raw)
	case "EC":
		return k, setEC(k, raw)
	case "OKP":
		return k, setEd25519(k, raw)
	}
	return nil, fmt.Errorf("kty %q is none of RSA, EC, OKP", raw.Kty)
}

func setRSA(k *key, raw jwk) error {
	n, err := unbase64(raw.N)
	if err != nil {
		return errors.New("n is not base64url")
	}
	e, err := unbase64(raw.E)
	if err != nil || len(e) == 0 || len(e) > 4 {
		return errors.New("e is not base64url of a number below 2^32")
	}
	k.rsa = &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	return checkRSA(k.rsa)
}

func checkRSA(public *rsa.PublicKey) error {
	if public.N.BitLen() < minRSABits {
		return fmt.Errorf("an RSA key of %d bits; at least %d", public.N.BitLen(), minRSABits)
	}
	if public.E < 3 || public.E%2 == 0 || public.E >= 1<<31 {
		return errors.New("an RSA exponent that is even, below 3 or above 2^31-1")
	}
	return nil
}

func setEC(k *key, raw jwk) error {
	curve := curveOf(raw.Crv)
	if curve == nil {
		return fmt.Errorf("crv %q is none of P-256, P-384, P-521", raw.Crv)
	}
	x, errX := unbase64(raw.X)
	y, errY := unbase64(raw.Y)
	if errX != nil || errY != nil {
		return errors.New("x or y is not base64url")
	}
	k.ec = &ecdsa.PublicKey{Curve: curve, X: new(big.Int).SetBytes(x), Y: new(big.Int).SetBytes(y)}
	if _, err := k.ec.ECDH(); err != nil { // checks that the point is on the curve
		return errors.New("x and y are not a point on the curve")
	}
	return nil
}

func curveOf(crv string) elliptic.Curve {
	switch crv {
	case "P-256":
		return elliptic.P256()
	case "P-384":
		return elliptic.P384()
	case "P-521":
		return elliptic.P521()
	}
	return nil
}

func setEd25519(k *key, raw jwk) error {
	x, err := unbase64(raw.X)
	if raw.Crv != "Ed25519" || err != nil || len(x) != ed25519.PublicKeySize {
		return errors.New("not an Ed25519 key")
	}
	k.ed = ed25519.PublicKey(x)
	return nil
}

// unbase64 decodes base64url without padding, and in its one canonical form (RFC 4648,
// section 3.5).
func unbase64(s string) ([]byte, error) {
	if strings.ContainsAny(s, "\r\n") {
		return nil, errors.New("not base64url")
	}
	return base64url.DecodeString(s)
}

var base64url = base64.RawURLEncoding.Strict()

// fingerprint is a digest of what material is, for a use.
func fingerprint(use string, material []byte) string {
	sum := sha256.Sum256(material)
	return use + string(sum[:])
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

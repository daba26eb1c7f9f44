package tokens

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha256" // for crypto.Hash
	_ "crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"slices"
	"strings"
)

// signer is a key of the issuer, and the algorithm that it signs with unless asked.
type signer struct {
	kid  string
	alg  string // the algorithm that the published key is bound to; empty: any that fits
	sign string // the algorithm that tokens are signed with
	key  crypto.Signer
}

// signers are the issuer's keys: two of most types, so that they can be mistaken for one
// another, and one that is bound to its algorithm.
func signers() ([]signer, error) {
	var all []signer
	for _, s := range []signer{
		{kid: "rsa-1", sign: "RS256"}, {kid: "rsa-2", sign: "PS256", alg: "PS256"},
		{kid: "p256-1", sign: "ES256"}, {kid: "p256-2", sign: "ES256"},
		{kid: "p384", sign: "ES384"}, {kid: "p521", sign: "ES512"},
		{kid: "ed-1", sign: "EdDSA"}, {kid: "ed-2", sign: "EdDSA"},
	} {
		key, err := newKey(s.sign)
		if err != nil {
			return nil, err
		}
		s.key = key
		all = append(all, s)
	}
	return all, nil
}

func newKey(alg string) (crypto.Signer, error) {
	switch alg {
	case "ES256":
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "ES384":
		return ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case "ES512":
		return ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case "EdDSA":
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	}
	return rsa.GenerateKey(rand.Reader, 2048)
}

// fits tells whether the key is of the type and curve that an algorithm takes.
func (s signer) fits(alg string) bool {
	switch public := s.key.Public().(type) {
	case *rsa.PublicKey:
		return slices.Contains(algorithms(), alg) && strings.HasPrefix(alg[1:], "S") && alg[0] != 'E'
	case *ecdsa.PublicKey:
		return map[string]string{"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}[public.Curve.Params().Name] == alg
	}
	return alg == "EdDSA"
}

// jwk is the public key as attrgate's policy takes it.
func (s signer) jwk() (string, error) {
	jwk := map[string]string{"kid": s.kid}
	if s.alg != "" {
		jwk["alg"] = s.alg
	}
	switch public := s.key.Public().(type) {
	case *rsa.PublicKey:
		jwk["kty"], jwk["n"], jwk["e"] = "RSA", encode(public.N.Bytes()), encode(big.NewInt(int64(public.E)).Bytes())
	case *ecdsa.PublicKey:
		point, err := public.Bytes()
		if err != nil {
			return "", err
		}
		half := len(point) / 2
		jwk["kty"], jwk["crv"] = "EC", public.Curve.Params().Name
		jwk["x"], jwk["y"] = encode(point[1:1+half]), encode(point[1+half:])
	case ed25519.PublicKey:
		jwk["kty"], jwk["crv"], jwk["x"] = "OKP", "Ed25519", encode(public)
	}
	text, err := json.Marshal(jwk)
	return string(text), err
}

// signature signs with an algorithm that fits the key; with one that does not, it signs
// with the key's own. An RSA-PSS salt is as long as RFC 7518 wants it unless salt says how
// long.
func (s signer) signature(alg string, message []byte, salt int) ([]byte, error) {
	if !s.fits(alg) {
		alg = s.sign
	}
	if alg == "EdDSA" {
		return s.key.Sign(rand.Reader, message, crypto.Hash(0))
	}
	sum := digest(alg, message)
	if key, ok := s.key.(*ecdsa.PrivateKey); ok {
		return halves(key, sum)
	}
	var options crypto.SignerOpts = hashOf(alg)
	if alg[0] == 'P' {
		options = &rsa.PSSOptions{SaltLength: salt, Hash: hashOf(alg)}
	}
	return s.key.Sign(rand.Reader, sum, options)
}

// halves signs in the form of RFC 7518, section 3.4.
func halves(key *ecdsa.PrivateKey, sum []byte) ([]byte, error) {
	r, s, err := ecdsa.Sign(rand.Reader, key, sum)
	if err != nil {
		return nil, err
	}
	size := (key.Params().BitSize + 7) / 8
	return append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...), nil
}

func hashOf(alg string) crypto.Hash {
	return map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}[alg[2:]]
}

func digest(alg string, message []byte) []byte {
	hasher := hashOf(alg).New()
	hasher.Write(message)
	return hasher.Sum(nil)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

package glewlwyd

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"math/big"
)

// Key is a private key that the server signs with.
type Key struct {
	id, alg string
	private crypto.Signer
}

// NewKey makes a key for one algorithm.
func NewKey(id, alg string) (Key, error) {
	k := Key{id: id, alg: alg}
	var err error
	switch alg {
	case "ES256":
		k.private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "ES384":
		k.private, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case "ES512":
		k.private, err = ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case "EdDSA":
		_, k.private, err = ed25519.GenerateKey(rand.Reader)
	default:
		k.private, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	return k, err
}

// kind is the server's own word for the type of a signature.
func (k Key) kind() string {
	return map[string]string{"RS": "rsa", "PS": "rsa-pss", "ES": "ecdsa", "Ed": "eddsa"}[k.alg[:2]]
}

// jwk is the private key as RFC 7517 writes it.
func (k Key) jwk() map[string]string {
	jwk := map[string]string{"kid": k.id, "alg": k.alg, "use": "sig"}
	switch private := k.private.(type) {
	case *rsa.PrivateKey:
		jwk["kty"], jwk["n"], jwk["e"] = "RSA", number(private.N), number(big.NewInt(int64(private.E)))
		jwk["d"], jwk["p"], jwk["q"] = number(private.D), number(private.Primes[0]), number(private.Primes[1])
		jwk["dp"], jwk["dq"] = number(private.Precomputed.Dp), number(private.Precomputed.Dq)
		jwk["qi"] = number(private.Precomputed.Qinv)
	case *ecdsa.PrivateKey:
		size := (private.Params().BitSize + 7) / 8
		jwk["kty"], jwk["crv"] = "EC", private.Params().Name
		jwk["x"], jwk["y"] = encode(private.X.FillBytes(make([]byte, size))), encode(private.Y.FillBytes(make([]byte, size)))
		jwk["d"] = encode(private.D.FillBytes(make([]byte, size)))
	case ed25519.PrivateKey:
		jwk["kty"], jwk["crv"] = "OKP", "Ed25519"
		jwk["x"], jwk["d"] = encode(private[32:]), encode(private.Seed())
	}
	return jwk
}

// jwks is a set of private keys, as text.
func jwks(keys []Key) string {
	set := map[string][]map[string]string{}
	for _, k := range keys {
		set["keys"] = append(set["keys"], k.jwk())
	}
	text, _ := json.Marshal(set) // texts can always be written
	return string(text)
}

func number(n *big.Int) string { return encode(n.Bytes()) }

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

package authserver

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"

	"github.com/go-jose/go-jose/v4"
)

// rsaBits is the least that RFC 7518, section 3.3 allows, and the fastest to make.
const rsaBits = 2048

// tokenType marks a JWT as an access token, so that it cannot pass for an ID token
// (RFC 9068, section 2.1).
const tokenType = "at+jwt"

type signingKey struct {
	jwk    jose.JSONWebKey
	signer jose.Signer
}

func newSigningKey() (signingKey, error) {
	private, err := rsa.GenerateKey(rand.Reader, rsaBits)
	if err != nil {
		return signingKey{}, fmt.Errorf("authserver: making a key: %w", err)
	}
	jwk := jose.JSONWebKey{Key: private, Algorithm: string(jose.RS256), Use: "sig"}
	thumbprint, err := jwk.Thumbprint(crypto.SHA256)
	if err != nil {
		return signingKey{}, fmt.Errorf("authserver: naming the key: %w", err)
	}
	jwk.KeyID = base64.RawURLEncoding.EncodeToString(thumbprint)
	options := (&jose.SignerOptions{}).WithType(tokenType)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jwk}, options)
	if err != nil {
		return signingKey{}, fmt.Errorf("authserver: preparing to sign: %w", err)
	}
	return signingKey{jwk: jwk, signer: signer}, nil
}

// public is the key set that verifiers fetch.
func (k signingKey) public() jose.JSONWebKeySet {
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{k.jwk.Public()}}
}

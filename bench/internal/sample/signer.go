// Package sample has what every contender is given: one key, the tokens signed with it, the
// requests, and the rules in the words of each contender.
package sample

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"strconv"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// What the tokens say, and what the contenders are told to look for.
const (
	Issuer    = "https://idp.example.com"
	Audience  = "contact-centre"
	Required  = "SalesIQ.conversations.UPDATE"
	Scopes    = Required + " channel-session:update" // of a token that has it
	keyID     = "bench"
	otherTask = "SalesIQ.conversations.READ"
	lifetime  = 24 * time.Hour
)

// Signer is the authorization server: an RSA key of 2048 bits, made anew in each process.
type Signer struct {
	key *rsa.PrivateKey
	now time.Time
}

// NewSigner makes a key.
func NewSigner() (*Signer, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	return &Signer{key: key, now: time.Now()}, err
}

// Public is the key that checks the tokens.
func (s *Signer) Public() *rsa.PublicKey { return &s.key.PublicKey }

// SPKI is the public key in DER.
func (s *Signer) SPKI() ([]byte, error) { return x509.MarshalPKIXPublicKey(s.Public()) }

// PEM is the public key in PEM.
func (s *Signer) PEM() (string, error) {
	der, err := s.SPKI()
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), err
}

// JWK is the public key as a JWK.
func (s *Signer) JWK() ([]byte, error) {
	encode := base64.RawURLEncoding.EncodeToString
	exponent := big.NewInt(int64(s.key.E)).Bytes()
	return json.Marshal(map[string]string{
		"kty": "RSA", "kid": keyID, "alg": "RS256", "use": "sig", "n": encode(s.key.N.Bytes()), "e": encode(exponent),
	})
}

// JWKS is the same as a JWK set.
func (s *Signer) JWKS() ([]byte, error) {
	key, err := s.JWK()
	return []byte(`{"keys":[` + string(key) + `]}`), err
}

// Token signs a token that the guarded route accepts; each number gives another one.
func (s *Signer) Token(number int) (string, error) {
	return s.sign(Scopes, number)
}

// TokenWithoutScope signs a token that is good and does not allow the request.
func (s *Signer) TokenWithoutScope() (string, error) { return s.sign(otherTask, 0) }

func (s *Signer) sign(scope string, number int) (string, error) {
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{
		"iss": Issuer, "aud": Audience, "sub": "crm-sync", "client_id": "crm", "scope": scope,
		"iat": s.now.Unix(), "exp": s.now.Add(lifetime).Unix(), "jti": strconv.Itoa(number),
	})
	token.Header["kid"] = keyID
	return token.SignedString(s.key)
}

package authserver

import (
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"
)

// Token describes an access token to be minted.
type Token struct {
	// ClientID is the client that the token is for. Required.
	ClientID string

	// Subject is who the token speaks for. If empty, ClientID.
	Subject string

	// Scopes are what the token carries. If empty, the token has no scope claim.
	Scopes []string

	// IssuedAt is the start of the token's life. If zero, now.
	IssuedAt time.Time

	// Expiry is the end of the token's life. If zero, the server's lifetime after
	// IssuedAt.
	Expiry time.Time
}

// claims are those of RFC 9068, section 2.2.
type claims struct {
	Issuer   string           `json:"iss"`
	Subject  string           `json:"sub"`
	ClientID string           `json:"client_id"`
	Audience string           `json:"aud"`
	IssuedAt *jwt.NumericDate `json:"iat"`
	Expiry   *jwt.NumericDate `json:"exp"`
	ID       string           `json:"jti"`
	Scope    string           `json:"scope,omitempty"`
}

// Mint signs a token without being asked over HTTP, whatever it says: also one that has
// expired, or one with scopes that no client may have.
func (s *Server) Mint(t Token) (string, error) {
	t = s.complete(t)
	raw, err := jwt.Signed(s.key.signer).Claims(claims{
		Issuer:   s.issuer,
		Subject:  t.Subject,
		ClientID: t.ClientID,
		Audience: s.audience,
		IssuedAt: jwt.NewNumericDate(t.IssuedAt),
		Expiry:   jwt.NewNumericDate(t.Expiry),
		ID:       rand.Text(),
		Scope:    strings.Join(t.Scopes, " "),
	}).Serialize()
	if err != nil {
		return "", fmt.Errorf("authserver: signing a token: %w", err)
	}
	return raw, nil
}

func (s *Server) complete(t Token) Token {
	if t.Subject == "" {
		t.Subject = t.ClientID
	}
	if t.IssuedAt.IsZero() {
		t.IssuedAt = s.now()
	}
	if t.Expiry.IsZero() {
		t.Expiry = t.IssuedAt.Add(s.lifetime)
	}
	return t
}

package tokens

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
	"github.com/go-jose/go-jose/v4"
	josejwt "github.com/go-jose/go-jose/v4/jwt"
	"github.com/golang-jwt/jwt/v5"
)

// The policy that all three verifiers have.
const (
	issuer   = "https://idp.example.com"
	audience = "api"
	leeway   = 30 * time.Second
)

// noon is when every token is looked at.
var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func algorithms() []string {
	return []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
}

// verdict tells who accepts a token.
type verdict struct{ Ours, JWT, Jose bool }

func (v verdict) unanimous() bool { return v.Ours == v.JWT && v.JWT == v.Jose }

// and is the verdict on a token that deserves both.
func (v verdict) and(w verdict) verdict {
	return verdict{Ours: v.Ours && w.Ours, JWT: v.JWT && w.JWT, Jose: v.Jose && w.Jose}
}

// court is the three verifiers with the same keys.
type court struct {
	signers []signer
	ours    *token.Verifier
	jwt     *jwt.Parser
}

func newCourt() (*court, error) {
	all, err := signers()
	if err != nil {
		return nil, err
	}
	p := policy.Issuer{Issuer: issuer, Audiences: []string{audience}, Algorithms: algorithms(), Leeway: leeway.String()}
	for _, s := range all {
		jwk, err := s.jwk()
		if err != nil {
			return nil, err
		}
		p.Keys = append(p.Keys, jwk)
	}
	var ps policy.Problems
	ours := token.New(policy.Policy{Issuers: []policy.Issuer{p}}, &ps)
	return &court{signers: all, ours: ours, jwt: strictParser()}, ps.Err()
}

// strictParser is golang-jwt with every check that it offers for such a policy.
func strictParser() *jwt.Parser {
	return jwt.NewParser(
		jwt.WithValidMethods(algorithms()), jwt.WithIssuer(issuer), jwt.WithAudience(audience),
		jwt.WithLeeway(leeway), jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithStrictDecoding(),
		jwt.WithTimeFunc(func() time.Time { return noon }))
}

// judge asks the three, and why each refuses.
func (c *court) judge(raw string) (v verdict, why string) {
	_, ours := token.Verify(context.Background(), c.ours, raw, noon)
	_, jwt := c.jwt.Parse(raw, c.keyfunc)
	jose := c.jose(raw)
	return verdict{Ours: ours == nil, JWT: jwt == nil, Jose: jose == nil},
		fmt.Sprintf("attrgate: %v\ngolang-jwt: %v\ngo-jose: %v", ours, jwt, jose)
}

// candidates are the keys that a token may mean: the one with its kid, or all that fit. It
// is what an application does around either peer.
func (c *court) candidates(kid, alg string) []signer {
	var found []signer
	for _, s := range c.signers {
		if (kid == "" || kid == s.kid) && s.fits(alg) {
			found = append(found, s)
		}
	}
	return found
}

func (c *court) keyfunc(t *jwt.Token) (any, error) {
	member, there := t.Header["kid"]
	kid, ok := member.(string)
	if there && !ok {
		return nil, errors.New("kid is not a string")
	}
	var keys jwt.VerificationKeySet
	for _, s := range c.candidates(kid, t.Method.Alg()) {
		keys.Keys = append(keys.Keys, s.key.Public())
	}
	return keys, nil
}

func (c *court) jose(raw string) error {
	var accepted []jose.SignatureAlgorithm
	for _, alg := range algorithms() {
		accepted = append(accepted, jose.SignatureAlgorithm(alg))
	}
	t, err := josejwt.ParseSigned(raw, accepted)
	if err != nil {
		return err
	}
	err = errors.New("no such key")
	var claims josejwt.Claims
	for _, s := range c.candidates(t.Headers[0].KeyID, t.Headers[0].Algorithm) {
		if err = t.Claims(s.key.Public(), &claims); err == nil {
			break
		}
	}
	if err != nil {
		return err
	}
	if claims.Expiry == nil {
		return errors.New("no exp")
	}
	expected := josejwt.Expected{Issuer: issuer, AnyAudience: []string{audience}, Time: noon}
	return claims.ValidateWithLeeway(expected, leeway)
}

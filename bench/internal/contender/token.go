package contender

import (
	"crypto"
	"net/http"
	"slices"
	"strings"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/golang-jwt/jwt/v5"
	"github.com/lestrrat-go/jwx/v3/jwk"
	jwxjwt "github.com/lestrrat-go/jwx/v3/jwt"

	"github.com/attrgate/attrgate/bench/internal/sample"
)

// claims is what the contenders read from a token.
type claims struct {
	Scope string `json:"scope"`
	jwt.RegisteredClaims
}

// verify checks the token of a request with golang-jwt and returns its scope.
type verify func(*http.Request) (scope string, err error)

func newVerify(s *sample.Signer) (verify, error) {
	set, err := s.JWKS()
	if err != nil {
		return nil, err
	}
	keys, err := keyfunc.NewJWKSetJSON(set)
	if err != nil {
		return nil, err
	}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"RS256"}), jwt.WithIssuer(sample.Issuer),
		jwt.WithAudience(sample.Audience), jwt.WithExpirationRequired())
	return func(r *http.Request) (string, error) {
		var c claims
		if _, err := parser.ParseWithClaims(bearer(r), &c, keys.Keyfunc); err != nil {
			return "", err
		}
		return c.Scope, nil
	}, nil
}

func bearer(r *http.Request) string {
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
}

func allowed(scope string) bool {
	return slices.Contains(strings.Fields(scope), sample.Required)
}

// guarded lets a request pass to next whose token is good and has the scope.
func guarded(verify verify, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scope, err := verify(r)
		switch {
		case err != nil:
			w.WriteHeader(http.StatusUnauthorized)
		case !allowed(scope):
			w.WriteHeader(http.StatusForbidden)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func golangJWT(s *sample.Signer, next http.Handler) (http.Handler, error) {
	verify, err := newVerify(s)
	return guarded(verify, next), err
}

func goOIDC(s *sample.Signer, next http.Handler) (http.Handler, error) {
	keys := &oidc.StaticKeySet{PublicKeys: []crypto.PublicKey{s.Public()}}
	verifier := oidc.NewVerifier(sample.Issuer, keys, &oidc.Config{ClientID: sample.Audience})
	return guarded(func(r *http.Request) (string, error) {
		token, err := verifier.Verify(r.Context(), bearer(r))
		if err != nil {
			return "", err
		}
		var c struct {
			Scope string `json:"scope"`
		}
		err = token.Claims(&c)
		return c.Scope, err
	}, next), nil
}

func jwx(s *sample.Signer, next http.Handler) (http.Handler, error) {
	text, err := s.JWKS()
	if err != nil {
		return nil, err
	}
	set, err := jwk.Parse(text)
	if err != nil {
		return nil, err
	}
	return guarded(func(r *http.Request) (scope string, err error) {
		token, err := jwxjwt.ParseString(bearer(r), jwxjwt.WithKeySet(set), jwxjwt.WithIssuer(sample.Issuer),
			jwxjwt.WithAudience(sample.Audience), jwxjwt.WithRequiredClaim("exp"))
		if err != nil {
			return "", err
		}
		err = token.Get("scope", &scope)
		return scope, err
	}, next), nil
}

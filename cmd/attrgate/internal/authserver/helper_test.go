package authserver_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/authserver"
)

const (
	issuer = "http://127.0.0.1:9001"
	start  = 1_700_000_000
)

// newServer has one client with an awkward secret and a clock that stands still.
func newServer(t *testing.T) *authserver.Server {
	t.Helper()
	s, err := authserver.New(authserver.Options{
		Issuer:   issuer,
		Audience: "contact-centre",
		Lifetime: 10 * time.Minute,
		Now:      func() time.Time { return time.Unix(start, 0) },
		Clients: []authserver.Client{
			{ID: "crm", Secret: "p%:s +é", Subject: "crm-sync", Scopes: []string{"a.READ", "a.UPDATE"}},
			{ID: "bare", Secret: "x"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// form builds a token request from the wire form of its body.
func form(body string) *http.Request {
	r := httptest.NewRequest("POST", "/token", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// asCRM authenticates a request the way RFC 6749, section 2.3.1 asks for.
func asCRM(r *http.Request) *http.Request {
	r.SetBasicAuth("crm", url.QueryEscape("p%:s +é"))
	return r
}

func do(h http.Handler, r *http.Request) *http.Response {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func decode[T any](t *testing.T, r io.Reader) T {
	t.Helper()
	var value T
	if err := json.NewDecoder(r).Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// verify checks a token's signature against the served key set and returns its header
// and claims.
func verify(t *testing.T, s *authserver.Server, raw string) (jose.Header, map[string]any) {
	t.Helper()
	set := decode[jose.JSONWebKeySet](t, do(s, httptest.NewRequest("GET", "/jwks", nil)).Body)
	token, err := jwt.ParseSigned(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	keys := set.Key(token.Headers[0].KeyID)
	if len(keys) != 1 {
		t.Fatalf("kid %q names %d served keys", token.Headers[0].KeyID, len(keys))
	}
	claims := map[string]any{}
	if err := token.Claims(keys[0], &claims); err != nil {
		t.Fatal(err)
	}
	return token.Headers[0], claims
}

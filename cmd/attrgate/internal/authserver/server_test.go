package authserver_test

import (
	"crypto"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/authserver"
)

func TestMetadataLeadsToTheEndpoints(t *testing.T) {
	s := newServer(t)
	for _, path := range []string{"/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"} {
		reply := do(s, httptest.NewRequest("GET", path, nil))
		if reply.StatusCode != 200 || reply.Header.Get("Content-Type") != "application/json" {
			t.Fatalf("%s: %d, %v", path, reply.StatusCode, reply.Header)
		}
		want := map[string]any{
			"issuer":                                issuer,
			"token_endpoint":                        issuer + "/token",
			"jwks_uri":                              issuer + "/jwks",
			"scopes_supported":                      []any{"a.READ", "a.UPDATE"},
			"grant_types_supported":                 []any{"client_credentials"},
			"token_endpoint_auth_methods_supported": []any{"client_secret_basic", "client_secret_post"},
			"response_types_supported":              []any{},
		}
		if got := decode[map[string]any](t, reply.Body); !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\ngot  %v\nwant %v", path, got, want)
		}
	}
}

func TestJWKSHasOnePublicKeyNamedByItsThumbprint(t *testing.T) {
	reply := do(newServer(t), httptest.NewRequest("GET", "/jwks", nil))
	text, _ := io.ReadAll(reply.Body)
	if strings.Contains(string(text), `"d"`) {
		t.Fatal("the private key is served")
	}
	set := decode[jose.JSONWebKeySet](t, strings.NewReader(string(text)))
	if len(set.Keys) != 1 {
		t.Fatalf("%d keys", len(set.Keys))
	}
	key := set.Keys[0]
	thumbprint, _ := key.Thumbprint(crypto.SHA256)
	if key.KeyID != base64.RawURLEncoding.EncodeToString(thumbprint) || key.Use != "sig" || key.Algorithm != "RS256" {
		t.Errorf("key %q, use %q, algorithm %q", key.KeyID, key.Use, key.Algorithm)
	}
}

func TestEveryServerHasItsOwnKey(t *testing.T) {
	path := "/jwks"
	a, b := do(newServer(t), httptest.NewRequest("GET", path, nil)), do(newServer(t), httptest.NewRequest("GET", path, nil))
	if decode[jose.JSONWebKeySet](t, a.Body).Keys[0].KeyID == decode[jose.JSONWebKeySet](t, b.Body).Keys[0].KeyID {
		t.Error("two servers share a key")
	}
}

func TestOtherMethodsAndPaths(t *testing.T) {
	s := newServer(t)
	for request, want := range map[string]int{
		"GET /token":     http.StatusMethodNotAllowed,
		"POST /jwks":     http.StatusMethodNotAllowed,
		"GET /":          http.StatusNotFound,
		"GET /authorize": http.StatusNotFound,
		"HEAD /jwks":     http.StatusOK,
	} {
		method, path, _ := strings.Cut(request, " ")
		if got := do(s, httptest.NewRequest(method, path, nil)).StatusCode; got != want {
			t.Errorf("%s: %d, want %d", request, got, want)
		}
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	client := authserver.Client{ID: "a", Secret: "b"}
	for name, o := range map[string]authserver.Options{
		"no issuer":         {Audience: "x"},
		"issuer with path":  {Issuer: "http://127.0.0.1:1/realms/x", Audience: "x"},
		"issuer with slash": {Issuer: "http://127.0.0.1:1/", Audience: "x"},
		"issuer with query": {Issuer: "http://127.0.0.1:1?x", Audience: "x"},
		"not a URL":         {Issuer: "http://[::1", Audience: "x"},
		"no audience":       {Issuer: issuer},
		"no client id":      {Issuer: issuer, Audience: "x", Clients: []authserver.Client{{Secret: "b"}}},
		"no client secret":  {Issuer: issuer, Audience: "x", Clients: []authserver.Client{{ID: "b"}}},
		"client twice":      {Issuer: issuer, Audience: "x", Clients: []authserver.Client{client, client}},
	} {
		if _, err := authserver.New(o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

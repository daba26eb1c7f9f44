package token_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
)

func TestEveryAlgorithmVerifies(t *testing.T) {
	for _, alg := range all() {
		s := newSigner(t, alg, "k")
		is := newIssuer(t, s.jwk())
		v := is.verifier(t)
		raw := s.token(t, is.URL, nil)
		want := &token.Claims{Subject: "crm", Issuer: is.URL, Scopes: []string{"a", "b"}, Expiry: noon.Add(24 * time.Hour)}
		for i := 0; i < 2; i++ { // the second time it is remembered
			claims, err := token.Verify(context.Background(), v, raw, noon)
			if err != nil || !claims.Expiry.Equal(want.Expiry) {
				t.Fatalf("%s: %+v, %v", alg, claims, err)
			}
			got := *claims
			if got.Kind != token.KindJWT || got.Remembered != (i == 1) {
				t.Errorf("%s, time %d: kind %q, remembered %v", alg, i, got.Kind, got.Remembered)
			}
			got.Expiry, got.Kind, got.Remembered = want.Expiry, "", false
			if !reflect.DeepEqual(&got, want) {
				t.Errorf("%s: %+v, want %+v", alg, got, want)
			}
		}
		if _, err := token.Verify(context.Background(), v, raw, noon.Add(25*time.Hour)); !errors.Is(err, token.ErrExpired) {
			t.Errorf("%s: a remembered token past its end: %v", alg, err)
		}
	}
}

// FuzzChangedTokenIsRefused changes one character of a good token.
func FuzzChangedTokenIsRefused(f *testing.F) {
	s := newSigner(f, "ES256", "k")
	is := newIssuer(f, s.jwk())
	v := is.verifier(f)
	raw := s.token(f, is.URL, nil)
	if _, err := token.Verify(context.Background(), v, raw, noon); err != nil {
		f.Fatal(err)
	}
	f.Add(3, byte('A'))
	f.Add(len(raw)-1, byte('='))
	f.Fuzz(func(t *testing.T, at int, c byte) {
		if at < 0 || at >= len(raw) || raw[at] == c {
			return
		}
		changed := raw[:at] + string([]byte{c}) + raw[at+1:]
		if claims, err := token.Verify(context.Background(), v, changed, noon); err == nil {
			t.Errorf("accepted %q as %+v", changed, claims)
		}
	})
}

func TestWrongClaims(t *testing.T) {
	s := newSigner(t, "ES256", "k")
	is := newIssuer(t, s.jwk())
	v := is.verifier(t)
	for name, c := range map[string]struct {
		changes map[string]any
		want    error
	}{
		"exp is a string":      {map[string]any{"exp": "1"}, token.ErrClaims},
		"exp is negative":      {map[string]any{"exp": -1}, token.ErrClaims},
		"exp beyond all years": {map[string]any{"exp": 1e18}, token.ErrClaims},
		"exp has passed":       {map[string]any{"exp": noon.Add(-31 * time.Second).Unix()}, token.ErrExpired},
		"nbf to come":          {map[string]any{"nbf": noon.Add(31 * time.Second).Unix()}, token.ErrNotYetValid},
		"iat to come":          {map[string]any{"iat": noon.Add(time.Hour).Unix()}, token.ErrNotYetValid},
		"nbf is null":          {map[string]any{"nbf": nil}, token.ErrClaims},
		"aud is an object":     {map[string]any{"aud": map[string]any{"api": true}}, token.ErrAudience},
		"aud holds a number":   {map[string]any{"aud": []any{1, "api"}}, token.ErrAudience},
		"scope is an object":   {map[string]any{"scope": map[string]any{}}, token.ErrClaims},
		"sub is a number":      {map[string]any{"sub": 5}, token.ErrClaims},
		"iss is missing":       {map[string]any{"iss": nil}, token.ErrIssuer},
		"iss with a slash":     {map[string]any{"iss": is.URL + "/"}, token.ErrIssuer},
	} {
		_, err := token.Verify(context.Background(), v, s.token(t, is.URL, c.changes), noon)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if is.fetched() != 0 {
		t.Errorf("%d fetches for tokens that no key could save", is.fetched())
	}
	for name, changes := range map[string]map[string]any{
		"exp just passed":  {"exp": noon.Add(-29 * time.Second).Unix()},
		"nbf just to come": {"nbf": noon.Add(29 * time.Second).Unix()},
		"exp is a half":    {"exp": float64(noon.Unix()) + 100.5},
	} {
		if _, err := token.Verify(context.Background(), v, s.token(t, is.URL, changes), noon); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMaxAge(t *testing.T) {
	s := newSigner(t, "ES256", "k")
	is := newIssuer(t, s.jwk())
	v := verifier(t, policy.Issuer{Issuer: is.URL, Audiences: []string{"api"}, JWKSURL: is.jwks(), MaxAge: "1h"})
	raw := s.token(t, is.URL, nil)
	if _, err := token.Verify(context.Background(), v, raw, noon.Add(time.Hour)); err != nil {
		t.Error(err)
	}
	if _, err := token.Verify(context.Background(), v, raw, noon.Add(time.Hour+31*time.Second)); !errors.Is(err, token.ErrExpired) {
		t.Errorf("remembered beyond maxAge: %v", err)
	}
	if _, err := token.Verify(context.Background(), v, s.token(t, is.URL, map[string]any{"iat": nil}), noon); !errors.Is(err, token.ErrClaims) {
		t.Errorf("no iat: %v", err)
	}
}

// TestIssuersStayApart holds iss to the keys of that issuer: one cannot sign for another.
func TestIssuersStayApart(t *testing.T) {
	s, other := newSigner(t, "ES256", "k"), newSigner(t, "ES256", "k")
	is, evil := newIssuer(t, s.jwk()), newIssuer(t, other.jwk())
	v := verifier(t,
		policy.Issuer{Issuer: is.URL, Audiences: []string{"api"}, JWKSURL: is.jwks()},
		policy.Issuer{Issuer: evil.URL, Audiences: []string{"api"}, JWKSURL: evil.jwks()})
	if _, err := token.Verify(context.Background(), v, other.token(t, is.URL, nil), noon); !errors.Is(err, token.ErrSignature) {
		t.Errorf("signed by another issuer: %v", err)
	}
	if _, err := token.Verify(context.Background(), v, other.token(t, evil.URL, nil), noon); err != nil {
		t.Error(err)
	}
}

func TestInventedKeysCauseOneFetch(t *testing.T) {
	s := newSigner(t, "ES256", "k")
	is := newIssuer(t, s.jwk())
	v := is.verifier(t)
	var all sync.WaitGroup
	room := make(chan struct{}, 1000) // the race detector follows some eight thousand goroutines
	for i := 0; i < 10000; i++ {
		invented := &signer{kid: fmt.Sprint("invented", i), alg: s.alg, key: s.key}
		raw := invented.token(t, is.URL, nil)
		all.Add(1)
		room <- struct{}{}
		go func() {
			defer func() { <-room; all.Done() }()
			if _, err := token.Verify(context.Background(), v, raw, noon); !errors.Is(err, token.ErrKey) {
				t.Errorf("an invented key: %v", err)
			}
		}()
	}
	all.Wait()
	if is.fetched() != 1 {
		t.Errorf("%d fetches, want 1", is.fetched())
	}
}

func TestNewKeyIsFoundAfterTheFloor(t *testing.T) {
	s, next := newSigner(t, "ES256", "k1"), newSigner(t, "ES256", "k2")
	is := newIssuer(t, s.jwk())
	v := is.verifier(t)
	mustVerify(t, v, s.token(t, is.URL, nil), noon)
	is.publish(s.jwk(), next.jwk())
	raw := next.token(t, is.URL, nil)
	if _, err := token.Verify(context.Background(), v, raw, noon.Add(9*time.Second)); !errors.Is(err, token.ErrKey) {
		t.Errorf("below the floor: %v", err)
	}
	mustVerify(t, v, raw, noon.Add(10*time.Second))
	if is.fetched() != 2 {
		t.Errorf("%d fetches, want 2", is.fetched())
	}
}

// TestWithdrawnKeyEndsItsTokens shows that a remembered token does not outlive its key.
func TestWithdrawnKeyEndsItsTokens(t *testing.T) {
	s, next := newSigner(t, "ES256", "k1"), newSigner(t, "ES256", "k2")
	is := newIssuer(t, s.jwk())
	v := is.verifier(t)
	raw := s.token(t, is.URL, nil)
	mustVerify(t, v, raw, noon)
	is.publish(next.jwk())
	later := noon.Add(6 * time.Minute)
	waitFor(t, func() bool {
		_, err := token.Verify(context.Background(), v, raw, later)
		return errors.Is(err, token.ErrKey)
	})
}

func TestIssuerAway(t *testing.T) {
	s := newSigner(t, "ES256", "k")
	is := newIssuer(t, s.jwk())
	v := is.verifier(t)
	raw := s.token(t, is.URL, nil)
	is.script(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	if _, err := token.Verify(context.Background(), v, raw, noon); !errors.Is(err, token.ErrUnavailable) {
		t.Errorf("cold: %v", err)
	}
	is.script(nil)
	mustVerify(t, v, raw, noon.Add(10*time.Second)) // back again
	is.script(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	fresh := s.token(t, is.URL, map[string]any{"jti": "2"})
	mustVerify(t, v, fresh, noon.Add(time.Hour)) // a known key goes on serving
	last := s.token(t, is.URL, map[string]any{"jti": "3"})
	if _, err := token.Verify(context.Background(), v, last, noon.Add(2*time.Hour)); !errors.Is(err, token.ErrUnavailable) {
		t.Errorf("too stale: %v", err)
	}
}

func TestUnusableKeySets(t *testing.T) {
	s := newSigner(t, "ES256", "k")
	good, _ := json.Marshal(map[string]any{"keys": []any{s.jwk()}})
	for name, answer := range map[string]http.HandlerFunc{
		"redirect":  func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/other", http.StatusFound) },
		"not JSON":  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") },
		"huge":      func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat(" ", 1<<20), string(good)) },
		"empty":     func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"keys":[]}`) },
		"no keys":   func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{}`) },
		"not found": http.NotFound,
		"broken off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100000")
			fmt.Fprint(w, string(good))
			panic(http.ErrAbortHandler)
		},
		"hung up": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		is := newIssuer(t)
		is.script(answer)
		_, err := token.Verify(context.Background(), is.verifier(t), s.token(t, is.URL, nil), noon)
		if !errors.Is(err, token.ErrUnavailable) {
			t.Errorf("%s: %v, want unavailable", name, err)
		}
	}
}

func TestUnfitKeysAreLeftOut(t *testing.T) {
	for name, change := range map[string]map[string]any{
		"for encryption":    {"use": "enc"},
		"other operations":  {"key_ops": []string{"sign"}},
		"other algorithm":   {"alg": "ES384"},
		"not on the curve":  {"x": b64(make([]byte, 32))},
		"unknown curve":     {"crv": "secp256k1"},
		"with private part": {"d": "AA"},
	} {
		s := newSigner(t, "ES256", "k")
		unfit := s.jwk()
		for member, value := range change {
			unfit[member] = value
		}
		is := newIssuer(t, unfit, newSigner(t, "ES256", "other").jwk())
		_, err := token.Verify(context.Background(), is.verifier(t), s.token(t, is.URL, nil), noon)
		if !errors.Is(err, token.ErrKey) {
			t.Errorf("%s: %v, want no key", name, err)
		}
	}
}

func TestDiscovery(t *testing.T) {
	s := newSigner(t, "ES256", "k")
	for name, c := range map[string]struct {
		path  string
		claim func(iss string) string
		want  error
	}{
		"RFC 8414":        {"/.well-known/oauth-authorization-server%s", func(iss string) string { return iss }, nil},
		"OpenID":          {"%s/.well-known/openid-configuration", func(iss string) string { return iss }, nil},
		"another issuer":  {"/.well-known/oauth-authorization-server%s", func(iss string) string { return iss + "/" }, token.ErrUnavailable},
		"no such address": {"/elsewhere%s", func(iss string) string { return iss }, token.ErrUnavailable},
	} {
		is := newIssuer(t)
		realm := "/realms/cx" + is.unique
		is.script(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case fmt.Sprintf(c.path, realm):
				_ = json.NewEncoder(w).Encode(map[string]any{"issuer": c.claim(is.URL + realm), "jwks_uri": is.URL + "/certs"})
			case "/certs":
				_ = json.NewEncoder(w).Encode(map[string]any{"keys": []any{s.jwk()}})
			default:
				http.NotFound(w, r)
			}
		})
		iss := is.URL + realm
		v := verifier(t, policy.Issuer{Issuer: iss, Audiences: []string{"api"}})
		if _, err := token.Verify(context.Background(), v, s.token(t, iss, nil), noon); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// TestCallerMayLeave shows that a caller who gives up does not wait for the issuer, and
// that the fetch goes on for the others.
func TestCallerMayLeave(t *testing.T) {
	s := newSigner(t, "ES256", "k")
	is := newIssuer(t, s.jwk())
	proceed := make(chan struct{})
	slow := func(w http.ResponseWriter, _ *http.Request) {
		<-proceed
		_ = json.NewEncoder(w).Encode(map[string]any{"keys": []any{s.jwk()}})
	}
	is.script(slow)
	v := is.verifier(t)
	raw := s.token(t, is.URL, nil)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := token.Verify(ctx, v, raw, noon); !errors.Is(err, token.ErrUnavailable) {
		t.Errorf("a caller that left: %v", err)
	}
	close(proceed)
	waitFor(t, func() bool {
		_, err := token.Verify(context.Background(), v, raw, noon)
		return err == nil
	})
	if is.fetched() != 1 {
		t.Errorf("%d fetches, want 1", is.fetched())
	}
}

func mustVerify(t *testing.T, v *token.Verifier, raw string, now time.Time) {
	t.Helper()
	if _, err := token.Verify(context.Background(), v, raw, now); err != nil {
		t.Fatal(err)
	}
}

// waitFor repeats a check until it holds; the test's own deadline ends it.
func waitFor(t *testing.T, check func() bool) {
	t.Helper()
	for !check() {
		time.Sleep(time.Millisecond)
	}
}

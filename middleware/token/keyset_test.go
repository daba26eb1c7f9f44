package token_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
)

func TestCacheControlIsRespectedWithinBounds(t *testing.T) {
	for name, c := range map[string]struct {
		cacheControl string
		after        time.Duration
		fetches      int
	}{
		"none, below five minutes": {"", 4 * time.Minute, 1},
		"none, above":              {"", 6 * time.Minute, 2},
		"shorter":                  {"public, max-age=60", 61 * time.Second, 2},
		"shorter, not yet over":    {"max-age=\"60\"", 59 * time.Second, 1},
		"longer than we want":      {"max-age=86400", 6 * time.Minute, 2},
		"shorter than the floor":   {"no-store", 9 * time.Second, 1},
		"the floor is over":        {"no-cache", 11 * time.Second, 2},
		"nonsense":                 {"max-age=x", 11 * time.Second, 2},
	} {
		s := newSigner(t, "EdDSA", "k")
		is := newIssuer(t)
		is.script(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Cache-Control", c.cacheControl)
			_ = json.NewEncoder(w).Encode(map[string]any{"keys": []any{s.jwk()}})
		})
		v := is.verifier(t)
		raw := s.token(t, is.URL, nil)
		mustVerify(t, v, raw, noon)
		mustVerify(t, v, raw, noon.Add(c.after))
		if is.fetched() != c.fetches {
			t.Errorf("%s: %d fetches, want %d", name, is.fetched(), c.fetches)
		}
	}
}

func TestKeyTimesComeFromThePolicy(t *testing.T) {
	s := newSigner(t, "EdDSA", "k")
	is := newIssuer(t, s.jwk())
	v := verifier(t, policy.Issuer{
		Issuer: is.URL, Audiences: []string{"api"}, JWKSURL: is.jwks(),
		KeysFreshFor: "20s", KeysStaleFor: "40s", KeysFloor: "1s",
	})
	mustVerify(t, v, s.token(t, is.URL, nil), noon)
	is.script(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	mustVerify(t, v, s.token(t, is.URL, map[string]any{"jti": "2"}), noon.Add(59*time.Second))
	_, err := token.Verify(context.Background(), v, s.token(t, is.URL, map[string]any{"jti": "3"}), noon.Add(61*time.Second))
	if !errors.Is(err, token.ErrUnavailable) {
		t.Errorf("stale: %v", err)
	}
	is.script(nil)
	mustVerify(t, v, s.token(t, is.URL, map[string]any{"jti": "4"}), noon.Add(62*time.Second))
	if is.fetched() != 4 {
		t.Errorf("%d fetches, want 4", is.fetched())
	}
}

// TestKeySetOfAnyMediaType: what counts is the document; servers and proxies label it as
// they like.
func TestKeySetOfAnyMediaType(t *testing.T) {
	s := newSigner(t, "EdDSA", "k")
	is := newIssuer(t)
	is.script(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_ = json.NewEncoder(w).Encode(map[string]any{"keys": []any{s.jwk()}})
	})
	mustVerify(t, is.verifier(t), s.token(t, is.URL, nil), noon)
}

// TestRememberedTokensServeWhileTheIssuerIsAway shows that nobody waits for an issuer that
// is known to be away.
func TestRememberedTokensServeWhileTheIssuerIsAway(t *testing.T) {
	s := newSigner(t, "EdDSA", "k")
	is := newIssuer(t, s.jwk())
	v := is.verifier(t)
	raw := s.token(t, is.URL, nil)
	mustVerify(t, v, raw, noon)
	is.Close()
	for minute := 6; minute < 60; minute += 6 {
		mustVerify(t, v, raw, noon.Add(time.Duration(minute)*time.Minute))
	}
	if _, err := token.Verify(context.Background(), v, raw, noon.Add(66*time.Minute)); !errors.Is(err, token.ErrUnavailable) {
		t.Errorf("longer away than keys may be stale: %v", err)
	}
}

func TestClockSetBack(t *testing.T) {
	s, next := newSigner(t, "EdDSA", "k1"), newSigner(t, "EdDSA", "k2")
	is := newIssuer(t, s.jwk())
	v := is.verifier(t)
	tomorrow := noon.Add(20 * time.Hour)
	mustVerify(t, v, s.token(t, is.URL, nil), tomorrow)
	is.publish(next.jwk())
	mustVerify(t, v, next.token(t, is.URL, nil), noon)
	if _, err := token.Verify(context.Background(), v, s.token(t, is.URL, nil), noon); !errors.Is(err, token.ErrKey) {
		t.Errorf("a key withdrawn before the clock was set back: %v", err)
	}
}

func TestKeyTimesOutOfBoundsAreProblems(t *testing.T) {
	var ps policy.Problems
	token.New(policy.Policy{Issuers: []policy.Issuer{{
		Issuer: "https://idp.example.com", Audiences: []string{"a"},
		KeysFreshFor: "2h", KeysStaleFor: "-1s", KeysFloor: "1ms", Leeway: "6m",
	}}}, &ps)
	if len(ps) < 4 {
		t.Errorf("got %v", ps)
	}
}

// TestUnknownKeyWhileTheIssuerIsAway shows that nobody is called a forger while the issuer
// cannot be asked.
// TestAnOutageSaysWhy: without the reason nobody finds the mistake in a new policy.
func TestAnOutageSaysWhy(t *testing.T) {
	s := newSigner(t, "EdDSA", "k")
	for want, answer := range map[string]http.HandlerFunc{
		"answered 500 Internal Server Error": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"the key set holds no key":           func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"keys": []}`)) },
		"invalid character '<'":              func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
	} {
		is := newIssuer(t)
		is.script(answer)
		_, err := token.Verify(context.Background(), is.verifier(t), s.token(t, is.URL, nil), noon)
		if !errors.Is(err, token.ErrUnavailable) || !strings.Contains(err.Error(), is.URL) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestUnknownKeyWhileTheIssuerIsAway(t *testing.T) {
	old, fresh := newSigner(t, "ES256", "k1"), newSigner(t, "ES256", "k2")
	is := newIssuer(t, old.jwk())
	v := is.verifier(t)
	mustVerify(t, v, old.token(t, is.URL, nil), noon)
	is.publish(old.jwk(), fresh.jwk())
	is.script(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	for _, after := range []time.Duration{11 * time.Second, 12 * time.Second, time.Minute} {
		_, err := token.Verify(context.Background(), v, fresh.token(t, is.URL, nil), noon.Add(after))
		if !errors.Is(err, token.ErrUnavailable) {
			t.Errorf("after %s: %v, want ErrUnavailable", after, err)
		}
	}
}

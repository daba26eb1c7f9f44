package token_test

import (
	"context"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
)

// TestRebuiltVerifierKnowsWhatTheOldOneKnew is Traefik at a configuration change: the same
// policy makes a new verifier, and the issuer is away.
func TestRebuiltVerifierKnowsWhatTheOldOneKnew(t *testing.T) {
	s := newSigner(t, "EdDSA", "k")
	is := newIssuer(t, s.jwk())
	raw, unseen := s.token(t, is.URL, nil), s.token(t, is.URL, map[string]any{"jti": "2"})
	mustVerify(t, is.verifier(t), raw, noon)
	is.Close()
	verified, _ := token.Remembered()
	rebuilt := is.verifier(t)
	mustVerify(t, rebuilt, raw, noon)
	mustVerify(t, rebuilt, unseen, noon) // by the key set that was fetched before
	if now, _ := token.Remembered(); now != verified+1 || is.fetched() != 1 {
		t.Errorf("%d tokens remembered, %d before; %d fetches", now, verified, is.fetched())
	}
}

// TestOtherPolicyVerifiesForItself shows that a token is not good under one policy because
// it was good under another.
func TestOtherPolicyVerifiesForItself(t *testing.T) {
	s := newSigner(t, "EdDSA", "k")
	is := newIssuer(t, s.jwk())
	raw := s.token(t, is.URL, nil)
	mustVerify(t, is.verifier(t), raw, noon)
	other := verifier(t, policy.Issuer{Issuer: is.URL, Audiences: []string{"another"}, JWKSURL: is.jwks()})
	if _, err := token.Verify(context.Background(), other, raw, noon); !errors.Is(err, token.ErrAudience) {
		t.Errorf("got %v", err)
	}
}

// TestPoliciesBoundTheMemory shows that as many tokens are remembered as the policy says that
// asks for most, whatever comes after it.
func TestPoliciesBoundTheMemory(t *testing.T) {
	defer token.Bound(4, 4)()
	e := newEndpoint(t)
	e.says(active(nil))
	asking := func(tokens int) *token.Verifier {
		return introspecting(t, policy.Policy{Introspection: []policy.Introspection{e.policy()}, RememberedTokens: tokens})
	}
	small := asking(128)
	present(t, small, 300)
	if verified, _ := token.Remembered(); verified <= 64 || verified > 128 {
		t.Errorf("%d tokens are remembered, want more than 64 and at most 128", verified)
	}
	asking(1000)
	asking(128)
	present(t, small, 300)
	before := len(e.questions())
	present(t, small, 300)
	wantAsked(t, e, before)
}

// present verifies tokens, one after the other.
func present(t *testing.T, v *token.Verifier, tokens int) {
	t.Helper()
	for i := 0; i < tokens; i++ {
		mustVerify(t, v, "opaque"+strconv.Itoa(i), noon)
	}
}

func TestBadBoundsAreProblems(t *testing.T) {
	for _, tokens := range []int{-1, 127, 1<<24 + 1} {
		var ps policy.Problems
		token.New(policy.Policy{RememberedTokens: tokens}, &ps)
		if !strings.Contains(ps.Error(), "rememberedTokens: must be 128 to 16777216") {
			t.Errorf("%d: %v", tokens, ps)
		}
	}
}

// FuzzVerify holds the verifier to three promises for any input: it does not panic, it says
// the same twice, and what it refuses it does not remember.
func FuzzVerify(f *testing.F) {
	s := newSigner(f, "EdDSA", "k")
	is := newIssuer(f, s.jwk())
	v := is.verifier(f)
	good := s.token(f, is.URL, nil)
	parts := strings.Split(good, ".")
	for _, seed := range []string{
		"", ".", "..", "...", "e..", "eyJ", good, good + ".", good + "=", parts[0] + "..", "." + parts[1] + ".",
		parts[1] + "." + parts[0] + "." + parts[2], b64([]byte(`{"alg":"none"}`)) + "." + parts[1] + ".",
		b64([]byte(`{"alg":["EdDSA"],"kid":{}}`)) + "." + b64([]byte(`{"iss":[],"aud":{},"exp":1e999}`)) + ".AA",
		strings.Repeat("e", 9000), b64([]byte(strings.Repeat("[", 5000))) + "." + parts[1] + "." + parts[2],
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		before, _ := token.Remembered()
		claims, err := token.Verify(context.Background(), v, raw, noon)
		after, _ := token.Remembered()
		if err != nil && after != before {
			t.Errorf("%q was refused (%v) and is remembered", raw, err)
		}
		again, errAgain := token.Verify(context.Background(), v, raw, noon)
		if claims != nil {
			claims.Remembered = again != nil // the one thing that differs
		}
		if !reflect.DeepEqual(claims, again) || (err == nil) != (errAgain == nil) || (err != nil && err.Error() != errAgain.Error()) {
			t.Errorf("%q: first %+v, %v, then %+v, %v", raw, claims, err, again, errAgain)
		}
		if err == nil && raw != good {
			t.Errorf("accepted %q", raw)
		}
	})
}

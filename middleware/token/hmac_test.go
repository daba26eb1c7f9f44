package token_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/json"
	"errors"
	"hash"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
)

// hmacToken signs good claims with a secret.
func hmacToken(alg, secret, iss string) string {
	head, _ := json.Marshal(map[string]any{"alg": alg})
	body, _ := json.Marshal(map[string]any{"iss": iss, "aud": "api", "exp": noon.Add(time.Hour).Unix()})
	signed := b64(head) + "." + b64(body)
	hashes := map[string]func() hash.Hash{"HS256": sha256.New, "HS384": sha512.New384, "HS512": sha512.New}
	mac := hmac.New(hashes[alg], []byte(secret))
	mac.Write([]byte(signed))
	return signed + "." + b64(mac.Sum(nil))
}

const hmacIssuer = "https://hmac.example.com"

func hmacPolicy(algorithms ...string) policy.Issuer {
	return policy.Issuer{Issuer: hmacIssuer, Audiences: []string{"api"}, Algorithms: algorithms}
}

func TestSecretsVerify(t *testing.T) {
	secret := strings.Repeat("0123456789abcdef", 4)
	for _, alg := range []string{"HS256", "HS384", "HS512"} {
		is := hmacPolicy(alg)
		is.Secret = secret
		v := verifier(t, is)
		mustVerify(t, v, hmacToken(alg, secret, hmacIssuer), noon)
		if _, err := token.Verify(context.Background(), v, hmacToken(alg, secret+"x", hmacIssuer), noon); !errors.Is(err, token.ErrSignature) {
			t.Errorf("%s, another secret: %v", alg, err)
		}
		if _, err := token.Verify(context.Background(), v, newSigner(t, "RS256", "k").token(t, hmacIssuer, nil), noon); !errors.Is(err, token.ErrAlgorithm) {
			t.Errorf("RS256 for %s: %v", alg, err)
		}
	}
}

// TestPublicKeyIsNoSecret tries the oldest trick (RFC 8725, section 2.1): a token signed
// with the text of the public key as the secret.
func TestPublicKeyIsNoSecret(t *testing.T) {
	jwk, _ := json.Marshal(newSigner(t, "RS256", "k").jwk())
	is := hmacPolicy("RS256")
	is.Keys = []string{string(jwk)}
	_, err := token.Verify(context.Background(), verifier(t, is), hmacToken("HS256", string(jwk), hmacIssuer), noon)
	if !errors.Is(err, token.ErrAlgorithm) {
		t.Errorf("got %v", err)
	}
}

func TestSecretFileIsReadAgain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	first, second := strings.Repeat("a", 32), strings.Repeat("b", 32)
	is := hmacPolicy()
	is.SecretFile = file
	v := verifier(t, is)
	raw := hmacToken("HS256", first, hmacIssuer)
	if _, err := token.Verify(context.Background(), v, raw, noon); !errors.Is(err, token.ErrUnavailable) || !strings.Contains(err.Error(), file) {
		t.Errorf("no file: %v", err)
	}
	write("too short")
	if _, err := token.Verify(context.Background(), v, raw, noon.Add(time.Minute)); !errors.Is(err, token.ErrUnavailable) || !strings.Contains(err.Error(), "it is too short") {
		t.Errorf("a short secret: %v", err)
	}
	write(first + "\n")
	mustVerify(t, v, raw, noon.Add(2*time.Minute))
	write(second + "\n")
	if _, err := token.Verify(context.Background(), v, raw, noon.Add(3*time.Minute)); !errors.Is(err, token.ErrSignature) {
		t.Errorf("a secret that was replaced: %v", err)
	}
	mustVerify(t, v, hmacToken("HS256", second, hmacIssuer), noon.Add(3*time.Minute))
}

func TestSecretsAndPublicKeysNeverMeet(t *testing.T) {
	for name, c := range map[string]struct {
		issuer policy.Issuer
		path   string
	}{
		"short":                  {policy.Issuer{Secret: "short"}, "issuers[0].secret"},
		"short for HS512":        {policy.Issuer{Secret: strings.Repeat("x", 63), Algorithms: []string{"HS512"}}, "issuers[0].secret"},
		"two sources":            {policy.Issuer{SecretEnv: "A", SecretFile: "b"}, "issuers[0].secret"},
		"with published keys":    {policy.Issuer{SecretEnv: "A", JWKSURL: "https://idp.example.com/jwks"}, "issuers[0].secret"},
		"with pinned keys":       {policy.Issuer{SecretEnv: "A", Keys: []string{"{}"}}, "issuers[0].secret"},
		"with a public key's":    {policy.Issuer{SecretEnv: "A", Algorithms: []string{"HS256", "RS256"}}, "issuers[0].algorithms[1]"},
		"HMAC without a secret":  {policy.Issuer{Algorithms: []string{"RS256", "HS256"}}, "issuers[0].algorithms[1]"},
		"no algorithm like that": {policy.Issuer{Algorithms: []string{"none"}}, "issuers[0].algorithms[0]"},
	} {
		c.issuer.Issuer = hmacIssuer
		c.issuer.Audiences = []string{"api"}
		var ps policy.Problems
		token.New(policy.Policy{Issuers: []policy.Issuer{c.issuer}}, &ps)
		if len(ps) != 1 || ps[0].Path != c.path {
			t.Errorf("%s: %v, want one problem at %s", name, ps, c.path)
		}
	}
}

package token_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
)

// asking is a verifier whose endpoint asks every time, with the secret as the policy says.
func (e *endpoint) asking(t *testing.T, env, file string) *token.Verifier {
	t.Helper()
	p := e.policy()
	p.ClientSecret, p.ClientSecretEnv, p.ClientSecretFile, p.CacheFor = "", env, file, "0s"
	return introspecting(t, policy.Policy{Introspection: []policy.Introspection{p}})
}

// password is the secret of the last question.
func (e *endpoint) password() string {
	asked := e.questions()
	raw, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(asked[len(asked)-1].authorization, "Basic "))
	_, password, _ := strings.Cut(string(raw), ":")
	return password
}

func TestSecretOfAVariable(t *testing.T) {
	e := newEndpoint(t)
	e.says(active(nil))
	v := e.asking(t, "ATTRGATE_TEST_SECRET", "")
	wantError(t, v, "opaque", noon, token.ErrUnavailable)
	wantAsked(t, e, 0)
	t.Setenv("ATTRGATE_TEST_SECRET", "from the variable")
	mustVerify(t, v, "opaque", noon)
	if e.password() != "from+the+variable" {
		t.Errorf("the secret is %q", e.password())
	}
}

func TestSecretOfAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	e := newEndpoint(t)
	e.says(active(nil))
	v := e.asking(t, "", file)
	for i := 0; i < 10; i++ {
		wantError(t, v, "opaque", noon, token.ErrUnavailable)
	}
	write(t, file, " \n")
	wantError(t, v, "opaque", noon, token.ErrUnavailable)
	wantAsked(t, e, 0)
	for _, c := range []struct {
		content, want string
		at            time.Duration
	}{
		{"old\r\n", "old", 0}, // neither the missing nor the empty file broke anything
		{"new", "old", 59 * time.Second},
		{"new", "new", time.Minute},
		{"", "new", 2 * time.Minute}, // gone for a while
		{"newest", "newest", 3 * time.Minute},
	} {
		write(t, file, c.content)
		mustVerify(t, v, "opaque", noon.Add(c.at))
		if e.password() != c.want {
			t.Errorf("at %s: the secret is %q, want %q", c.at, e.password(), c.want)
		}
	}
	if _, err := verify(e.asking(t, "", file+"2"), "opaque", noon); err == nil || !strings.Contains(err.Error(), file+"2") {
		t.Errorf("the error does not name the file: %v", err)
	}
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

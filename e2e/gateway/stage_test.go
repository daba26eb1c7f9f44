package gateway

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/attrgate/attrgate/e2e/internal/command"
	"github.com/attrgate/attrgate/e2e/internal/daemon"
	"github.com/attrgate/attrgate/e2e/internal/traefik"
)

// startLimit keeps a test from waiting for ever; it measures nothing.
const startLimit = time.Minute

// secret signs the tokens of the tests. A policy with a secret needs no issuer that runs.
const secret = "made-up-secret-of-at-least-32-bytes"

// binary is the command, built once.
var binary string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "attrgate-gateway")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "attrgate")
	if err := command.Build("../..", binary); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// policy admits tokens that are signed with the secret.
const policy = `
issuers:
  - issuer: https://idp.example.com
    audiences: [contact-centre]
    secret: ` + secret + "\n"

// token signs claims, besides those that every token has.
func token(t *testing.T, claims map[string]any) string {
	t.Helper()
	all := map[string]any{"iss": "https://idp.example.com", "aud": "contact-centre", "sub": "crm",
		"scope": "SalesIQ.conversations.UPDATE", "exp": time.Now().Add(time.Hour).Unix()}
	for name, value := range claims {
		all[name] = value
	}
	payload, err := json.Marshal(all)
	must(t, err)
	signed := encode([]byte(`{"alg":"HS256","typ":"at+jwt"}`)) + "." + encode(payload)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(signed))
	return signed + "." + encode(mac.Sum(nil))
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// echo is a backend that is always there.
func echo(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(server.Close)
	return server.URL
}

// start runs the gateway with a section and the policy, until the test ends; ready is a URL
// that answers when it serves.
func start(t *testing.T, section, ready string) *daemon.Process {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "attrgate.yaml")
	must(t, os.WriteFile(file, []byte(policy+section), 0o600))
	process, err := daemon.Start("attrgate", dir, binary, "serve", "--config", file)
	must(t, err)
	t.Cleanup(func() {
		if err := process.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("the gateway's log:\n%s", process.Log())
		}
	})
	answers := func() bool {
		reply, err := http.Get(ready)
		return err == nil && reply.Body.Close() == nil
	}
	must(t, process.WaitUntil(answers, 10*time.Millisecond, startLimit))
	return process
}

func freeAddress(t *testing.T) string {
	t.Helper()
	address, err := traefik.FreeAddress()
	must(t, err)
	return address
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

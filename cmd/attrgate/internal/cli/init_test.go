package cli_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// vouchers are the flags for those who may vouch for callers.
var vouchers = map[string][]string{
	"issuer":        {"--issuer", "https://idp.example.com", "--audience", "contact-centre"},
	"introspection": {"--introspection-url", "https://idp.example.com/introspect", "--audience", "a"},
	"both":          {"--issuer", "https://idp.example.com", "--audience", "contact-centre", "--introspection-url", "https://idp.example.com/introspect"},
}

// guarded are requests that each API's gate answers itself when they have no token.
var guarded = map[string][]string{
	"salesiq":    {"/api/v2/example/conversations/1"},
	"expertflow": {"/forms/1"},
	"both":       {"/api/v2/example/conversations/1", "/forms/1"},
}

// Whatever init is asked for, what it writes is fine, its cases pass, and the gateway starts
// with it and guards.
func TestInitIsReadyToRun(t *testing.T) {
	for api, paths := range guarded {
		for voucher, flags := range vouchers {
			for _, door := range []string{"gateway", "traefik"} {
				t.Run(api+" "+voucher+" "+door, func(t *testing.T) {
					dir := t.TempDir()
					fine(t, append([]string{"init", "--dir", dir, "--api", api, "--for", door, "--backend", quiet(t)}, flags...)...)
					file := filepath.Join(dir, "policy.yaml")
					if door == "gateway" {
						file = filepath.Join(dir, "attrgate.yaml")
					}
					if said := fine(t, "check", "--strict", file); said != "" {
						t.Errorf("check says %s", said)
					}
					fine(t, "test", filepath.Join(dir, "cases"))
					if door == "gateway" {
						guards(t, file, paths)
					}
				})
			}
		}
	}
}

// fine runs a command that must end well, and returns what it prints.
func fine(t *testing.T, args ...string) string {
	t.Helper()
	code, stdout, stderr := run(context.Background(), args...)
	if code != 0 || stderr != "" {
		t.Fatalf("attrgate %s: code %d, %s%s", strings.Join(args, " "), code, stdout, stderr)
	}
	return stdout
}

// guards starts the gateway, on other addresses than the file's, and asks it without a token.
func guards(t *testing.T, file string, paths []string) {
	t.Helper()
	l := launch(t, "serve", "--config", file, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0")
	url := ""
	for url == "" {
		if line := l.line(t); strings.Contains(line, " forwards to ") {
			url = strings.Fields(line)[3]
		}
	}
	for _, path := range paths {
		if got := status(t, url+path); got != http.StatusUnauthorized {
			t.Errorf("%s: got %d, want 401", path, got)
		}
	}
	if got := status(t, url+"/other"); got == http.StatusUnauthorized {
		t.Error("another path is guarded, too")
	}
	l.stop(t)
}

// status is that of the answer to a request without a token.
func status(t *testing.T, url string) int {
	t.Helper()
	request, err := http.NewRequest(http.MethodPut, url, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

// The cases have the routes of the policy: a change of one template is a change of both.
func TestInitCasesHaveTheRoutesOfThePolicy(t *testing.T) {
	dir := t.TempDir()
	fine(t, append([]string{"init", "--dir", dir, "--for", "traefik"}, vouchers["issuer"]...)...)
	if a, b := routesOf(t, filepath.Join(dir, "policy.yaml")), routesOf(t, filepath.Join(dir, "cases", "policy.json")); a != b {
		t.Errorf("the policy has\n%s\nthe cases have\n%s", a, b)
	}
}

// routesOf is the part of a policy that is about routes, in one form.
func routesOf(t *testing.T, file string) string {
	t.Helper()
	if _, err := os.Stat(file); err != nil {
		t.Fatal(err)
	}
	_, routes, found := strings.Cut(fine(t, "convert", file, "--to", "policy"), "\nroutes:\n")
	if !found {
		t.Fatalf("%s has no routes", file)
	}
	return routes
}

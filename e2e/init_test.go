package e2e

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/e2e/internal/plugin"
	"github.com/attrgate/attrgate/middleware/policytest"
)

// TestInitInTraefik starts a real Traefik with what `attrgate init --for traefik` writes, for
// every API and every way to know callers; only the address it listens on is another one.
func TestInitInTraefik(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: builds and starts Traefik")
	}
	backend := httptest.NewServer(&policytest.Backend{})
	defer backend.Close()
	command := buildCommand(t)
	for api, guarded := range map[string][]string{
		"salesiq": {"/api/v2/example/conversations/1"}, "expertflow": {"/forms/1"}, "both": {"/api/v2/example/conversations/1", "/forms/1"},
	} {
		for voucher, flags := range map[string][]string{
			"issuer":        {"--issuer", "https://idp.example.com", "--audience", "contact-centre"},
			"introspection": {"--introspection-url", "https://idp.example.com/introspect", "--audience", "a"},
			"both":          {"--issuer", "https://idp.example.com", "--audience", "a", "--introspection-url", "https://idp.example.com/introspect"},
		} {
			t.Run(api+" "+voucher, func(t *testing.T) {
				dir := t.TempDir()
				run(t, command, append([]string{"init", "--for", "traefik", "--api", api, "--backend", backend.URL, "--dir", dir}, flags...)...)
				web := freeAddress(t)
				replace(t, filepath.Join(dir, "traefik.yml"), "127.0.0.1:8080", web)
				if err := plugin.Link(filepath.Join(dir, "plugins-local"), root); err != nil {
					t.Fatal(err)
				}
				waitFor(t, start(t, dir), web, "/other")
				for _, path := range guarded {
					line := "PUT " + path + " HTTP/1.1"
					send(t, web, policytest.Message{Head: []string{line, "Host: gate.example", "Content-Type: application/json", "X-Other: 1"}}, http.StatusUnauthorized)
				}
			})
		}
	}
}

// replace replaces a text in a file, which must have it.
func replace(t *testing.T, file, old, text string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(content), old) {
		t.Fatalf("%s has no %s", file, old)
	}
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(content), old, text)), 0o644); err != nil {
		t.Fatal(err)
	}
}

package oauth

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/attrgate/attrgate/e2e/internal/hydra"
)

// newHydra makes a Hydra that runs, with clients.
func newHydra(t *testing.T, clients ...hydra.Client) *hydra.Server {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: starts an OAuth 2 server")
	}
	binary, err := hydra.Binary("../hydra")
	must(t, err)
	server, err := hydra.Start(binary, t.TempDir(), freeAddress(t), freeAddress(t))
	must(t, err)
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("Hydra's log:\n%s", server.Log())
		}
	})
	must(t, server.Configure(clients...))
	return server
}

// documented is the policy that docs/authorization-servers.md has under a heading, for this
// server, and with waiting times for tests. It is JSON, which both doors read.
func documented(t *testing.T, server *hydra.Server, heading string) string {
	t.Helper()
	page, err := os.ReadFile(root + "/docs/authorization-servers.md")
	must(t, err)
	_, section, found := strings.Cut(string(page), "\n### Hydra: "+heading+"\n")
	_, block, opened := strings.Cut(section, "\n```yaml\n")
	block, _, closed := strings.Cut(block, "\n```\n")
	if !found || !opened || !closed {
		t.Fatalf("the page has no policy under %q", heading)
	}
	block = strings.NewReplacer(
		"https://hydra.example.com", server.Issuer(),
		"https://hydra-admin.example.com", server.Admin(),
		"/run/secrets/", secrets(t)+"/",
	).Replace(block)
	var policy map[string]any
	must(t, yaml.Unmarshal([]byte(block), &policy))
	hasten(policy, "issuers", map[string]any{"keysFloor": "1s", "keysFreshFor": "2s", "leeway": "1s"})
	hasten(policy, "introspection", map[string]any{"cacheFor": cacheFor.String(), "inactiveFor": "1s"})
	text, err := yaml.Marshal(policy)
	must(t, err)
	text, err = yaml.YAMLToJSON(text)
	must(t, err)
	return string(text)
}

// secrets is a folder with the secrets of the page's policies.
func secrets(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "introspection"), []byte("nobody-asks-for-it\n"), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "gate"), []byte(gateSecret+"\n"), 0o600))
	return dir
}

// hasten sets fields in every element of a list, if the policy has it.
func hasten(policy map[string]any, list string, fields map[string]any) {
	elements, _ := policy[list].([]any)
	for _, element := range elements {
		for name, value := range fields {
			element.(map[string]any)[name] = value
		}
	}
}

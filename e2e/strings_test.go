package e2e

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/e2e/internal/plugin"
)

// TestStringsAndSlips decodes configurations as Traefik's providers hand them over: Docker
// labels and key-value stores know texts alone, keys come in any letter case, and a slip of
// the pen must not pass for a policy without that rule.
func TestStringsAndSlips(t *testing.T) {
	goPath := t.TempDir()
	if err := plugin.Link(goPath, root); err != nil {
		t.Fatal(err)
	}
	loaded, err := plugin.Load(context.Background(), goPath, plugin.Module+"/plugin", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	issuers := []any{map[string]any{"issuer": "https://idp.example.com", "audiences": "a,b", "LEEWAY": "10s"}}
	for name, c := range map[string]struct {
		config map[string]any
		want   string
	}{
		"texts": {map[string]any{"issuers": issuers, "Routes": []any{map[string]any{
			"api": "salesiq-custom-info", "allowNull": "true", "scopes": "SalesIQ.conversations.UPDATE,SalesIQ.apps.READ",
			"keys": map[string]any{"unwrap": "false"}, "limits": map[string]any{"bodyBytes": "2048", "depth": "4"},
		}}}, ""},
		"a misspelt field": {map[string]any{"isuers": issuers}, `isuers: unknown field; did you mean "issuers"?`},
		"a misspelt field deep inside": {map[string]any{"issuers": issuers, "routes": []any{map[string]any{
			"api": "salesiq-custom-info", "keys": map[string]any{"unwarp": "true"},
		}}}, `routes[0].keys.unwarp: unknown field; did you mean "unwrap"?`},
		"a limit beyond all bounds": {map[string]any{"issuers": issuers, "routes": []any{map[string]any{
			"api": "salesiq-custom-info", "limits": map[string]any{"depth": "5000"},
		}}}, "routes[0].limits.depth: 5000 is not between 1 and 1000"},
	} {
		got := configure(t, loaded, c.config)
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
		if got != "" && !strings.HasPrefix(got, "the policy of the middleware x:\n") {
			t.Errorf("%s: the middleware is not named: %q", name, got)
		}
	}
}

// configure builds a handler and returns what was wrong with its configuration.
func configure(t *testing.T, loaded plugin.Plugin, values map[string]any) string {
	t.Helper()
	config, err := loaded.CreateConfig()
	if err != nil {
		t.Fatal(err)
	}
	if err := plugin.Decode(config, values); err != nil {
		return err.Error()
	}
	if _, err := loaded.New(context.Background(), http.NotFoundHandler(), config, "x"); err != nil {
		return err.Error()
	}
	return ""
}

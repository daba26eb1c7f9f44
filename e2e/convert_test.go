package e2e

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/traefik/paerser/file"
	"github.com/traefik/paerser/parser"
	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	"github.com/traefik/traefik/v3/pkg/config/label"
	crd "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"
	"sigs.k8s.io/yaml"

	"github.com/attrgate/attrgate/e2e/internal/bycase"
	"github.com/attrgate/attrgate/e2e/internal/command"
	"github.com/attrgate/attrgate/e2e/internal/plugin"
	"github.com/attrgate/attrgate/e2e/internal/traefik"
	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/policytest"
)

// TestConvertedInTraefik runs the corpus in a real Traefik whose configuration is what
// `attrgate convert` writes: one file for each policy, every other one TOML.
func TestConvertedInTraefik(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: builds and starts Traefik")
	}
	cases, err := policytest.Load(corpus)
	if err != nil {
		t.Fatal(err)
	}
	recording := &policytest.Backend{}
	backend := httptest.NewServer(recording)
	defer backend.Close()
	web := startConverted(t, backend.URL, cases)
	recording.Take()
	bycase.Send(t, web, recording, cases)
}

// startConverted starts Traefik with a folder of dynamic configurations and returns where it
// listens.
func startConverted(t *testing.T, backend string, cases []policytest.Case) (web string) {
	t.Helper()
	command, dir := buildCommand(t), t.TempDir()
	dynamicDir := filepath.Join(dir, "dynamic")
	if err := os.Mkdir(dynamicDir, 0o755); err != nil {
		t.Fatal(err)
	}
	at := traefik.Addresses{Web: freeAddress(t), API: freeAddress(t)}
	static := traefik.WithPlugin(traefik.Static(at))
	static["providers"] = map[string]any{"file": map[string]any{"directory": "dynamic"}}
	middlewares := convertAll(t, command, dynamicDir, cases)
	routes := routers(backend, cases, middlewares)
	if err := traefik.Folder(dir, root, static, map[string]any{}); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(routes)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dynamicDir, "routers.yml"), text, 0o644); err != nil {
		t.Fatal(err)
	}
	waitFor(t, start(t, dir), at.Web, "/ready")
	if disabled, err := traefik.Disabled(at.API); err != nil || len(disabled) > 0 {
		t.Fatalf("Traefik could not build all routers: %v\n%s", err, strings.Join(disabled, "\n"))
	}
	return at.Web
}

// source is a policy of the cases, in a file of its own.
type source struct {
	name, file string
	policy     []byte
}

// sources are the policies of the cases, each once.
func sources(t *testing.T, cases []policytest.Case) []source {
	t.Helper()
	var all []source
	seen := map[string]bool{}
	for _, c := range cases {
		if !seen[string(c.Policy)] {
			seen[string(c.Policy)] = true
			all = append(all, source{c.Name, written(t, "policy.json", string(c.Policy)), c.Policy})
		}
	}
	return all
}

// written writes a file in a folder of its own.
func written(t *testing.T, name, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// convertAll writes a file for each policy of the cases and returns the names of the
// middlewares by policy.
func convertAll(t *testing.T, command, dir string, cases []policytest.Case) map[string]string {
	t.Helper()
	middlewares := map[string]string{}
	for i, source := range sources(t, cases) {
		name, form := fmt.Sprint("policy-", i), "yaml"
		if i%2 == 1 {
			form = "toml"
		}
		middlewares[string(source.policy)] = name
		run(t, command, "convert", source.file, "--to", "traefik-"+form, "--name", name, "-o", filepath.Join(dir, name+"."+form))
	}
	return middlewares
}

func routers(backend string, cases []policytest.Case, middlewares map[string]string) map[string]any {
	routers := map[string]any{"ready": map[string]any{"rule": bycase.Others, "service": "backend"}}
	for i, c := range cases {
		if _, excluded := c.Doors["traefik"]; !excluded {
			routers[fmt.Sprint("case-", i)] = map[string]any{
				"rule": bycase.Rule(i), "service": "backend",
				"middlewares": []string{middlewares[string(c.Policy)]},
			}
		}
	}
	servers := []map[string]any{{"url": backend}}
	return map[string]any{"http": map[string]any{
		"routers": routers, "services": map[string]any{"backend": map[string]any{"loadBalancer": map[string]any{"servers": servers}}},
	}}
}

// TestConvertedAsTraefikDecodes has Traefik's own code decode what `attrgate convert` writes,
// for each of its providers: a plugin gets exactly the policy.
func TestConvertedAsTraefikDecodes(t *testing.T) {
	cases, err := policytest.Load(corpus)
	if err != nil {
		t.Fatal(err)
	}
	binary := buildCommand(t)
	for _, source := range append(sources(t, cases), source{"awkward", written(t, "policy.json", awkward), []byte(awkward)}) {
		want, err := policy.Parse(source.policy)
		if err != nil {
			t.Fatal(err)
		}
		for form, read := range providers() {
			values, err := read(run(t, binary, "convert", source.file, "--to", form, "--name", "gate"))
			if err != nil {
				t.Errorf("%s as %s: %v", source.name, form, err)
				continue
			}
			var got policy.Policy
			if err := plugin.Decode(reflect.ValueOf(&got), values); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s as %s: %v\ngot  %+v\nwant %+v", source.name, form, err, got, want)
			}
		}
	}
}

// awkward is a policy with texts that some language or provider would take for something else,
// and with more than ten elements in its lists.
const awkward = `{"issuers": [{"issuer": "https://idp.example.com", "audiences": ["a,b", "", " c ", "{{ .Env }}", "$HOME ${A} $$"]}],
	"routes": [{"api": "salesiq-custom-info", "keys": {"unwrap": false, "prefix": "x{{"}, "attributes": [
		{"name": "0", "values": ["true", "No", "null", "~", "1.5", "0x10", "2026-01-31", "a: b", "a #b", "- a", " a", "a "]},
		{"name": "1", "values": ["'", "\"", "\\", "\\u0041", "\ttab", "two\nlines", "two\nlines\n", "\nline", "\u0001\u007f", "é 漢 😀"]},
		{"name": "2", "values": ["\u2028\u0085\ufeff\u200b", "%", "@", "!x", "&x", "*x", "|", ">", "?", "[a]", "{a}", "=", "\r\n"]},
		{"name": "3", "pattern": "^[a-z]{2,}$|\\$"}, {"name": "4", "pattern": "{{"}, {"name": "5", "pattern": "a\nb"},
		{"name": "6"}, {"name": "7"}, {"name": "8"}, {"name": "9"}, {"name": "10"}, {"name": "11"}, {"name": "12"}]}]}`

// providers read a plugin's configuration as Traefik's providers do.
func providers() map[string]func(string) (map[string]any, error) {
	return map[string]func(string) (map[string]any, error){
		"traefik-yaml":  func(text string) (map[string]any, error) { return fromFile(text, ".yaml") },
		"traefik-toml":  func(text string) (map[string]any, error) { return fromFile(text, ".toml") },
		"docker-labels": fromLabels,
		"kubernetes":    fromManifest,
	}
}

func fromFile(text, extension string) (map[string]any, error) {
	var configuration dynamic.Configuration
	err := file.DecodeContent(text, extension, &configuration)
	return configured(configuration.HTTP, err)
}

func fromLabels(text string) (map[string]any, error) {
	var compose struct {
		Labels map[string]string `json:"labels"`
	}
	if err := yaml.UnmarshalStrict([]byte(text), &compose); err != nil {
		return nil, err
	}
	for key, value := range compose.Labels {
		compose.Labels[key] = strings.ReplaceAll(value, "$$", "$")
	}
	configuration, err := label.DecodeConfiguration(compose.Labels)
	if err != nil {
		return nil, err
	}
	return configured(configuration.HTTP, nil)
}

func configured(http *dynamic.HTTPConfiguration, err error) (map[string]any, error) {
	if err != nil || http == nil || http.Middlewares["gate"] == nil {
		return nil, fmt.Errorf("no middleware: %w", err)
	}
	return http.Middlewares["gate"].Plugin["attrgate"], nil
}

// fromManifest reads the Middleware with the types of Traefik's custom resource, which know
// no other fields.
func fromManifest(text string) (map[string]any, error) {
	var manifest crd.Middleware
	if err := yaml.UnmarshalStrict([]byte(text), &manifest); err != nil {
		return nil, err
	}
	if manifest.APIVersion != crd.GroupName+"/v1alpha1" || manifest.Kind != "Middleware" || manifest.Name != "gate" {
		return nil, fmt.Errorf("not the Middleware gate: %+v", manifest.TypeMeta)
	}
	var values map[string]any
	err := json.Unmarshal(manifest.Spec.Plugin["attrgate"].Raw, &values)
	return values, err
}

// TestIndexesOfLabelsAreTexts shows why convert writes [00] where there are more than ten.
func TestIndexesOfLabelsAreTexts(t *testing.T) {
	labels := map[string]string{}
	for i := range 11 {
		labels[fmt.Sprintf("root.list[%d].name", i)] = fmt.Sprint(i)
	}
	var got struct{ List []struct{ Name string } }
	if err := parser.Decode(labels, &got, "root"); err != nil {
		t.Fatal(err)
	}
	if got.List[1].Name != "10" {
		t.Errorf("Traefik orders indexes as numbers now: %v", got.List)
	}
}

// buildCommand builds attrgate for the length of a test.
func buildCommand(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "attrgate")
	if err := command.Build(root, binary); err != nil {
		t.Fatal(err)
	}
	return binary
}

// run runs the command, which must be content, and returns what it prints.
func run(t *testing.T, command string, args ...string) string {
	t.Helper()
	output, err := exec.Command(command, args...).Output()
	if err != nil {
		t.Fatalf("attrgate %s: %v", strings.Join(args, " "), err)
	}
	return string(output)
}

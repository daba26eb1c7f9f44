package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kube-openapi/pkg/validation/strfmt"
	"k8s.io/kube-openapi/pkg/validation/validate"
	"sigs.k8s.io/yaml"

	"github.com/attrgate/attrgate/e2e/internal/program"
	"github.com/attrgate/attrgate/middleware/policytest"
)

// TestMiddlewareIsTraefiksResource holds what `attrgate convert --to kubernetes` writes against
// the definition of the custom resource that Traefik ships.
func TestMiddlewareIsTraefiksResource(t *testing.T) {
	definition := middlewareDefinition(t)
	cases, err := policytest.Load(corpus)
	if err != nil {
		t.Fatal(err)
	}
	command := buildCommand(t)
	for _, source := range sources(t, cases) {
		var manifest any
		text := run(t, command, "convert", source.file, "--to", "kubernetes", "--namespace", "edge", "--secret", "gate")
		if err := yaml.Unmarshal([]byte(text), &manifest); err != nil {
			t.Fatal(err)
		}
		if result := definition.Validate(manifest); !result.IsValid() {
			t.Errorf("%s: %v", source.name, result.Errors)
		}
	}
	if definition.Validate(map[string]any{"spec": "none"}).IsValid() {
		t.Error("the definition accepts anything")
	}
}

// middlewareDefinition reads the schema from Traefik's source.
func middlewareDefinition(t *testing.T) *validate.SchemaValidator {
	t.Helper()
	dir, err := program.Source("github.com/traefik/traefik/v3")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "docs/content/reference/dynamic-configuration/traefik.io_middlewares.yaml")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var resource struct {
		Spec struct {
			Versions []struct {
				Schema struct{ OpenAPIV3Schema json.RawMessage }
			}
		}
	}
	if err := yaml.Unmarshal(content, &resource); err != nil {
		t.Fatal(err)
	}
	var schema spec.Schema
	if err := json.Unmarshal(resource.Spec.Versions[0].Schema.OpenAPIV3Schema, &schema); err != nil {
		t.Fatal(err)
	}
	return validate.NewSchemaValidator(&schema, nil, "", strfmt.Default)
}

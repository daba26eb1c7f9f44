package deploy_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"
)

// definitions are the schemas of resources that Kubernetes itself does not know.
var definitions = sync.OnceValues(func() (map[schema.GroupVersionKind]*apiextensions.CustomResourceValidation, error) {
	found := map[schema.GroupVersionKind]*apiextensions.CustomResourceValidation{}
	for module, glob := range map[string]string{
		"github.com/traefik/traefik/v3": "docs/content/reference/dynamic-configuration/traefik.io_*.yaml",
		"sigs.k8s.io/gateway-api":       "config/crd/standard/*.yaml",
	} {
		dir, err := moduleDir(module)
		if err != nil {
			return nil, err
		}
		names, err := filepath.Glob(filepath.Join(dir, glob))
		if err != nil || len(names) == 0 {
			return nil, errors.Join(errors.New("no definitions in "+module), err)
		}
		for _, name := range names {
			if err := addDefinition(name, found); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
})

// moduleDir returns where the source of a module is, in the version that the tests with a real
// Traefik use.
func moduleDir(module string) (string, error) {
	const from = root + "/e2e"
	command := exec.Command("go", "list", "-m", "-f", "{{.Version}}", module)
	command.Dir, command.Env = from, append(os.Environ(), "GOWORK=off")
	version, err := command.Output()
	if err != nil {
		return "", err
	}
	download := exec.Command("go", "mod", "download", "-json", module+"@"+strings.TrimSpace(string(version)))
	download.Dir, download.Env = from, append(os.Environ(), "GOWORK=off")
	answer, err := download.Output()
	if err != nil {
		return "", err
	}
	var where struct{ Dir string }
	return where.Dir, json.Unmarshal(answer, &where)
}

func addDefinition(name string, found map[schema.GroupVersionKind]*apiextensions.CustomResourceValidation) error {
	content, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var external apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(content, &external); err != nil || external.Kind != "CustomResourceDefinition" {
		return err
	}
	for _, version := range external.Spec.Versions {
		var internal apiextensions.CustomResourceValidation
		if err := apiextensionsv1.Convert_v1_CustomResourceValidation_To_apiextensions_CustomResourceValidation(version.Schema, &internal, nil); err != nil {
			return err
		}
		found[schema.GroupVersionKind{Group: external.Spec.Group, Version: version.Name, Kind: external.Spec.Names.Kind}] = &internal
	}
	return nil
}

// checkManifests says what is wrong with each document of a text of YAML, and returns their
// kinds.
func checkManifests(t *testing.T, name, text string) (kinds []string) {
	t.Helper()
	reader := utilyaml.NewYAMLReader(bufio.NewReader(strings.NewReader(text)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return kinds
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(bytes.TrimSpace(document)) == 0 {
			continue
		}
		kind, err := checkManifest(document)
		if err != nil {
			t.Errorf("%s: %s: %v", name, kind, err)
		}
		kinds = append(kinds, kind)
	}
}

func checkManifest(document []byte) (kind string, err error) {
	var object unstructured.Unstructured
	if err := yaml.UnmarshalStrict(document, &object.Object); err != nil {
		return "", err
	}
	gvk := object.GroupVersionKind()
	if scheme.Scheme.Recognizes(gvk) {
		strict := serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict).UniversalDeserializer()
		_, _, err := strict.Decode(document, nil, nil)
		return gvk.Kind, err
	}
	known, err := definitions()
	if err != nil {
		return gvk.Kind, err
	}
	definition := known[gvk]
	if definition == nil {
		return gvk.Kind, errors.New("nobody defines it")
	}
	return gvk.Kind, validate(object, definition)
}

// validate holds an object against its definition; fields that the definition does not know
// would be dropped by the server without a word.
func validate(object unstructured.Unstructured, definition *apiextensions.CustomResourceValidation) error {
	validator, _, err := validation.NewSchemaValidator(definition.OpenAPIV3Schema)
	if err != nil {
		return err
	}
	if problems := validation.ValidateCustomResource(nil, object.Object, validator); len(problems) > 0 {
		return problems.ToAggregate()
	}
	structural, err := structuralschema.NewStructural(definition.OpenAPIV3Schema)
	if err != nil {
		return err
	}
	options := structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	if unknown := pruning.PruneWithOptions(object.DeepCopy().Object, structural, true, options); len(unknown) > 0 {
		return errors.New("unknown fields: " + strings.Join(unknown, ", "))
	}
	return nil
}

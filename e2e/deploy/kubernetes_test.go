package deploy_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

func TestEveryManifestIsWhatKubernetesKnows(t *testing.T) {
	names, err := filepath.Glob(root + "/examples/kubernetes/*/*.yaml")
	if err != nil || len(names) < 10 {
		t.Fatalf("%d manifests, %v", len(names), err)
	}
	for _, name := range names {
		if base := filepath.Base(name); base == "kustomization.yaml" || base == "attrgate.yaml" {
			continue
		}
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if kinds := checkManifests(t, name, string(content)); len(kinds) == 0 {
			t.Errorf("%s holds nothing", name)
		}
	}
}

// TestWrongManifestsAreFound keeps the test above from accepting everything.
func TestWrongManifestsAreFound(t *testing.T) {
	for want, document := range map[string]string{
		`unknown field "spec.replica"`: "apiVersion: apps/v1\nkind: Deployment\nspec: {replica: 2}\n",
		"unknown fields: spec.plugins": "apiVersion: traefik.io/v1alpha1\nkind: Middleware\nmetadata: {name: x}\nspec: {plugins: {}}\n",
		"spec.rules[0].backendRefs[0]": "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: x}\nspec: {rules: [{backendRefs: [{port: 80}]}]}\n",
		"nobody defines it":            "apiVersion: traefik.io/v1\nkind: Middleware\n",
	} {
		if _, err := checkManifest([]byte(document)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", want, err)
		}
	}
}

// built is what "kubectl apply -k" would send.
func built(t *testing.T) string {
	t.Helper()
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), filepath.Join(root, "examples/kubernetes/gateway"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := resources.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheFolderIsAWholeThatKustomizeBuilds(t *testing.T) {
	kinds := checkManifests(t, "kustomize", built(t))
	slices.Sort(kinds)
	want := []string{"ConfigMap", "Deployment", "HTTPRoute", "HorizontalPodAutoscaler", "Namespace", "NetworkPolicy", "PodDisruptionBudget", "Service"}
	if !slices.Equal(kinds, want) {
		t.Errorf("built %q", kinds)
	}
	checkConfigMap(t, built(t))
}

// checkConfigMap runs "attrgate check" on the file that the ConfigMap among some manifests
// holds, and returns the file.
func checkConfigMap(t *testing.T, manifests string) string {
	t.Helper()
	for document := range strings.SplitSeq(manifests, "\n---\n") {
		var object corev1.ConfigMap
		if yaml.Unmarshal([]byte(document), &object) != nil || object.Kind != "ConfigMap" {
			continue
		}
		file := object.Data["attrgate.yaml"]
		if output, code := attrgate(t, file, "check", "-"); code != 0 || file == "" {
			t.Errorf("attrgate check: code %d\n%s\n%s", code, output, file)
		}
		return file
	}
	t.Error("there is no ConfigMap")
	return ""
}

// TestTheMiddlewareHoldsAGoodPolicy checks the policy inside the Middleware, with the secret
// in the place of its reference.
func TestTheMiddlewareHoldsAGoodPolicy(t *testing.T) {
	var middleware struct {
		Spec struct {
			Plugin map[string]any `json:"plugin"`
		} `json:"spec"`
	}
	if err := yaml.Unmarshal([]byte(read(t, "examples/kubernetes/traefik/middleware.yaml")), &middleware); err != nil {
		t.Fatal(err)
	}
	policy, err := yaml.Marshal(middleware.Spec.Plugin["attrgate"])
	if err != nil {
		t.Fatal(err)
	}
	if output, code := attrgate(t, string(policy), "check", "-"); code != 0 || len(policy) < 100 {
		t.Errorf("attrgate check: code %d\n%s", code, output)
	}
}

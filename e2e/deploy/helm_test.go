package deploy_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/lint"
	"helm.sh/helm/v3/pkg/lint/support"
	"sigs.k8s.io/yaml"
)

const chartDir = root + "/deploy/helm/attrgate"

// needed are the values without which the chart makes no sense.
const needed = `
config:
  gateway: {upstreams: [{urls: ["http://ccm:8080"]}]}
  issuers: [{issuer: https://idp.example.com, audiences: [contact-centre]}]
`

// render returns what "helm template" prints for some values, or its error.
func render(t *testing.T, values string) (manifests string, err error) {
	t.Helper()
	chart, err := loader.Load(chartDir)
	if err != nil {
		t.Fatal(err)
	}
	var given map[string]any
	if err := yaml.Unmarshal([]byte(values), &given); err != nil {
		t.Fatal(err)
	}
	release := chartutil.ReleaseOptions{Name: "cx", Namespace: "attrgate", IsInstall: true}
	merged, err := chartutil.ToRenderValues(chart, given, release, chartutil.DefaultCapabilities)
	if err != nil {
		return "", err
	}
	files, err := engine.Render(chart, merged)
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if strings.HasSuffix(name, ".yaml") && strings.TrimSpace(files[name]) != "" {
			texts = append(texts, files[name])
		}
	}
	return strings.Join(texts, "\n---\n"), err
}

func TestTheChartMakesManifestsThatKubernetesKnows(t *testing.T) {
	for name, c := range map[string]struct {
		values string
		kinds  int
	}{
		"the least": {needed, 6},
		"nothing more than that": {needed + `
autoscaling: {enabled: false}
podDisruptionBudget: {enabled: false}
networkPolicy: {enabled: false}
`, 3},
		"everything": {needed + `
existingSecret: attrgate
image: {tag: v1}
imagePullSecrets: [{name: pull}]
service: {annotations: {a: b}}
httpRoute: {enabled: true, parentRefs: [{name: public}], hostnames: [cx.example.com]}
podMonitor: {enabled: true, labels: {release: prometheus}}
networkPolicy: {monitoringNamespaceLabels: {kubernetes.io/metadata.name: monitoring}}
podAnnotations: {a: b}
podLabels: {c: d}
nodeSelector: {e: f}
tolerations: [{operator: Exists}]
affinity: {nodeAffinity: {}}
extraEnv: [{name: OTEL_RESOURCE_ATTRIBUTES, value: a=b}]
`, 8},
	} {
		manifests, err := render(t, c.values)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if kinds := checkManifests(t, name, manifests); len(kinds) != c.kinds {
			t.Errorf("%s: made %q", name, kinds)
		}
		if file := checkConfigMap(t, manifests); !strings.Contains(file, "- :8080") {
			t.Errorf("%s: does not listen on its port:\n%s", name, file)
		}
	}
}

func TestTheChartSaysWhatIsMissing(t *testing.T) {
	for values, want := range map[string]string{
		"":                               "config.gateway.upstreams is required",
		needed + "replica: 3\n":          "replica",
		"config: {isuers: []}":           "at '/config': additional properties 'isuers' not allowed",
		"config: {gateway: {log: true}}": "at '/config/gateway/log': got boolean, want object",
		"config: {gateway: null}":        "at '/config': missing property 'gateway'",
	} {
		if _, err := render(t, values); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v", values, err)
		}
	}
}

func TestTheChartPassesHelmsLinter(t *testing.T) {
	var given map[string]any
	if err := yaml.Unmarshal([]byte(needed), &given); err != nil {
		t.Fatal(err)
	}
	for _, message := range lint.All(chartDir, given, "attrgate", true).Messages {
		if message.Severity > support.InfoSev {
			t.Error(message)
		}
	}
}

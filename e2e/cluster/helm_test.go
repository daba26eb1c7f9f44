package cluster

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const chart = root + "/deploy/helm/attrgate"

// values are the least that the chart needs.
const values = `
config:
  gateway: {upstreams: [{urls: ["http://ccm:8080"]}]}
  issuers: [{issuer: https://idp.example.com, audiences: [contact-centre]}]
`

// everything switches on whatever the chart has, but for the PodMonitor: its definition is in
// no module of this go.mod.
const everything = values + `
existingSecret: attrgate
image: {tag: v1}
imagePullSecrets: [{name: pull}]
service: {annotations: {a: b}}
httpRoute: {enabled: true, parentRefs: [{name: public}], hostnames: [cx.example.com]}
networkPolicy: {monitoringNamespaceLabels: {kubernetes.io/metadata.name: monitoring}}
podAnnotations: {a: b}
podLabels: {c: d}
nodeSelector: {e: f}
tolerations: [{operator: Exists}]
affinity: {nodeAffinity: {}}
extraEnv: [{name: OTEL_RESOURCE_ATTRIBUTES, value: a=b}]
`

func TestHelmInstallsUpgradesAndUninstalls(t *testing.T) {
	definitions(t, gatewayModule, "config/crd/standard/*.yaml")
	const namespace = "chart"
	kubectl(t, "", "create", "namespace", namespace)
	kubectl(t, "", "label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted")
	notes := helm(t, "install", "cx", chart, "--namespace", namespace, "-f", written(t, values))
	for _, want := range []string{"http://cx-attrgate.chart.svc:80", "deploy/cx-attrgate 9901"} {
		if !strings.Contains(notes, want) {
			t.Errorf("the notes lack %q:\n%s", want, notes)
		}
	}
	applyPod(t, namespace, "cx-attrgate")
	serveConfigMap(t, namespace, "cx-attrgate")
	helm(t, "upgrade", "cx", chart, "--namespace", namespace, "-f", written(t, everything))
	applyPod(t, namespace, "cx-attrgate")
	helm(t, "upgrade", "cx", chart, "--namespace", namespace, "-f", written(t, everything), "--set", "autoscaling.enabled=false,replicas=3")
	if got := replicas(t, namespace); got != 3 {
		t.Errorf("%d replicas, want 3", got)
	}
	helm(t, "rollback", "cx", "--namespace", namespace)
	helm(t, "uninstall", "cx", "--namespace", namespace)
	left := kubectl(t, "", "-n", namespace, "get", "all,configmap,networkpolicy,pdb,hpa,httproute", "-l", "app.kubernetes.io/instance=cx", "-o", "name")
	if left != "" {
		t.Errorf("left after uninstall:\n%s", left)
	}
}

// TestTheServerTakesWhatTheChartMakes sends "helm template" to the server, which keeps nothing
// of it but says what it does not know or advises against.
func TestTheServerTakesWhatTheChartMakes(t *testing.T) {
	definitions(t, gatewayModule, "config/crd/standard/*.yaml")
	for _, given := range []string{values, everything} {
		manifests := helm(t, "template", "cx", chart, "-f", written(t, given))
		kubectl(t, manifests, "apply", "--server-side", "--dry-run=server", "--validate=strict", "--warnings-as-errors", "-f", "-")
	}
	helm(t, "lint", chart, "--strict", "-f", written(t, values))
}

func TestHelmSaysWhatIsWrong(t *testing.T) {
	for given, want := range map[string]string{
		`replicas="two"`:                      "at '/replicas': got string, want integer",
		`config.isuers=[]`:                    "at '/config': additional properties 'isuers' not allowed",
		"config.gateway.upstreams=null":       "config.gateway.upstreams is required",
		"podMonitor.enabled=true":             `no matches for kind "PodMonitor"`,
		`service.type="ExternalName"`:         "at '/service/type': value must be one of 'ClusterIP', 'NodePort', 'LoadBalancer'",
		`config.routes=[{"mode":["report"]}]`: "at '/config/routes/0/mode': got array, want string",
	} {
		_, err := started(t).Helm("install", "wrong", chart, "-f", written(t, values), "--set-json", given)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", given, err)
		}
	}
}

// replicas is what the Deployment asks for.
func replicas(t *testing.T, namespace string) int {
	t.Helper()
	var deployment struct{ Spec struct{ Replicas int } }
	text := kubectl(t, "", "-n", namespace, "get", "deployment", "cx-attrgate", "-o", "json")
	must(t, json.Unmarshal([]byte(text), &deployment))
	return deployment.Spec.Replicas
}

// helm runs Helm, which must be content, and returns what it prints.
func helm(t *testing.T, args ...string) string {
	t.Helper()
	output, err := started(t).Helm(args...)
	must(t, err)
	return output
}

func written(t *testing.T, content string) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "values.yaml")
	must(t, os.WriteFile(file, []byte(content), 0o600))
	return file
}

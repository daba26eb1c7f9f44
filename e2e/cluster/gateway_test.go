package cluster

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/e2e/internal/daemon"
)

// TestTheExampleOfTheGateway applies the folder as its README says.
func TestTheExampleOfTheGateway(t *testing.T) {
	definitions(t, gatewayModule, "config/crd/standard/*.yaml")
	kubectl(t, "", "apply", "-k", root+"/examples/kubernetes/gateway", "--server-side", "--validate=strict", "--warnings-as-errors")
	applyPod(t, "attrgate", "attrgate")
}

// applyPod asks the server for a pod as the Deployment would have it. Nothing here makes pods,
// and only they are held against the security standard of their namespace.
func applyPod(t *testing.T, namespace, deployment string) {
	t.Helper()
	var found struct {
		Spec struct{ Template map[string]any }
	}
	must(t, json.Unmarshal([]byte(kubectl(t, "", "-n", namespace, "get", "deployment", deployment, "-o", "json")), &found))
	pod := found.Spec.Template
	pod["apiVersion"], pod["kind"] = "v1", "Pod"
	pod["metadata"].(map[string]any)["name"] = "one"
	text, err := json.Marshal(pod)
	must(t, err)
	kubectl(t, string(text), "-n", namespace, "create", "--dry-run=server", "--validate=strict", "--warnings-as-errors", "-f", "-")
}

// serveConfigMap runs the gateway as the image does, with the file that a ConfigMap holds and
// free ports.
func serveConfigMap(t *testing.T, namespace, name string) {
	t.Helper()
	address, admin := freeAddress(t), freeAddress(t)
	file := kubectl(t, "", "-n", namespace, "get", "configmap", name, "-o", `jsonpath={.data.attrgate\.yaml}`)
	file = strings.NewReplacer("- :8080\n", "- "+address+"\n", "listen: :9901", "listen: "+admin).Replace(file)
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "attrgate.yaml"), []byte(file), 0o600))
	process, err := daemon.Start("attrgate", dir, attrgate, "serve", "--config", "attrgate.yaml")
	must(t, err)
	t.Cleanup(func() { must(t, process.Stop()) })
	ready := func() bool {
		reply, err := http.Get("http://" + admin + "/readyz")
		return err == nil && reply.Body.Close() == nil && reply.StatusCode == http.StatusOK
	}
	must(t, process.WaitUntil(ready, poll, startLimit))
	if status, err := put("http://"+address, form, "", goodBody); err != nil || status != http.StatusUnauthorized {
		t.Errorf("answered %d; %v", status, err)
	}
}

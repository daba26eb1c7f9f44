package cluster

import (
	"sync"
	"testing"

	"github.com/attrgate/attrgate/e2e/internal/traefik"
)

const (
	traefikModule = "github.com/traefik/traefik/v3"
	gatewayModule = "sigs.k8s.io/gateway-api"

	// Where Traefik's source has what its users install.
	traefikFiles = "docs/content/reference/dynamic-configuration/"
)

// newTraefik starts a Traefik with the plugin, which reads its routes from some namespaces of
// the cluster with the rights that its documentation gives it.
func newTraefik(t *testing.T, namespaces ...string) (traefik.Addresses, *traefik.Process) {
	t.Helper()
	c := started(t)
	token := installTraefik(t)
	at := traefik.Addresses{Web: freeAddress(t), Secure: freeAddress(t), API: freeAddress(t)}
	static := traefik.WithPlugin(traefik.Static(at))
	access := map[string]any{"endpoint": c.URL, "certAuthFilePath": c.CA, "token": token, "namespaces": namespaces}
	static["providers"] = map[string]any{"kubernetesCRD": access, "kubernetesGateway": access, "kubernetesIngress": access}
	dir := t.TempDir()
	must(t, traefik.Folder(dir, root, static, map[string]any{}))
	binary, err := traefik.Binary()
	must(t, err)
	process, err := traefik.Start(binary, dir)
	must(t, err)
	t.Cleanup(func() {
		must(t, process.Stop())
		if t.Failed() {
			t.Logf("Traefik's log:\n%s", process.Log())
		}
	})
	return at, process
}

var installOnce sync.Once

// installTraefik installs what Traefik needs in a cluster, and returns a token of its service
// account.
func installTraefik(t *testing.T) (token string) {
	t.Helper()
	const account = "traefik-ingress-controller"
	installOnce.Do(func() {
		definitions(t, traefikModule, traefikFiles+"kubernetes-crd-definition-v1.yml")
		definitions(t, gatewayModule, "config/crd/standard/*.yaml")
		kubectl(t, "", "create", "serviceaccount", account)
		kubectl(t, "", "apply", "-f", source(t, traefikModule, traefikFiles+"kubernetes-crd-rbac.yml"))
		kubectl(t, "", "apply", "-f", source(t, traefikModule, traefikFiles+"kubernetes-gateway-rbac.yml"))
		kubectl(t, "", "create", "clusterrolebinding", "gateway", "--clusterrole=gateway-role", "--serviceaccount=default:"+account)
	})
	return kubectl(t, "", "create", "token", account, "--duration=1h")
}

// until sends a request again and again until it is answered with a status.
func until(t *testing.T, process *traefik.Process, status int, send func() (int, error)) {
	t.Helper()
	answered := func() bool {
		got, err := send()
		return err == nil && got == status
	}
	must(t, process.WaitUntil(answered, poll, startLimit))
}

package cluster

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/e2e/internal/bycase"
	"github.com/attrgate/attrgate/e2e/internal/traefik"
	"github.com/attrgate/attrgate/middleware/policytest"
)

// TestTheCasesInTheCluster runs the corpus through Middlewares that `attrgate convert` writes,
// and that went into etcd and out of it.
func TestTheCasesInTheCluster(t *testing.T) {
	const namespace = "cases"
	installTraefik(t)
	cases, err := policytest.Load(root + "/testdata/cases")
	must(t, err)
	kubectl(t, "", "create", "namespace", namespace)
	recording := &policytest.Backend{}
	backend(t, namespace, "backend", recording)
	names, manifests := middlewares(t, namespace, cases)
	apply(t, manifests)
	apply(t, routes(namespace, cases, names))
	at, process := newTraefik(t, namespace)
	until(t, process, http.StatusNonAuthoritativeInfo, func() (int, error) { return put("http://"+at.Web, "/ready", "", "") })
	disabled, err := traefik.Disabled(at.API)
	if err != nil || len(disabled) > 0 {
		t.Fatalf("Traefik could not build all routers: %v\n%s", err, strings.Join(disabled, "\n"))
	}
	recording.Take()
	bycase.Send(t, at.Web, recording, cases)
}

// middlewares converts the policies of cases, each once. The names are by policy.
func middlewares(t *testing.T, namespace string, cases []policytest.Case) (names map[string]string, manifests string) {
	t.Helper()
	names = map[string]string{}
	file := filepath.Join(t.TempDir(), "policy.json")
	for _, c := range cases {
		if names[string(c.Policy)] != "" {
			continue
		}
		name := fmt.Sprint("policy-", len(names))
		names[string(c.Policy)] = name
		must(t, os.WriteFile(file, c.Policy, 0o600))
		manifest, err := exec.Command(attrgate, "convert", file, "--to", "kubernetes", "--name", name, "--namespace", namespace).Output()
		must(t, err)
		manifests += string(manifest) + "---\n"
	}
	return names, manifests
}

// routes is an IngressRoute that has a route for each case.
func routes(namespace string, cases []policytest.Case, middlewares map[string]string) string {
	text := "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: cases, namespace: " + namespace + "}\n" +
		"spec:\n  entryPoints: [web]\n  routes:\n"
	route := "    - {kind: Rule, match: %s, middlewares: [%s], services: [{name: backend, port: 8080}]}\n"
	text += fmt.Sprintf(route, bycase.Others, "")
	for i, c := range cases {
		if _, excluded := c.Doors["traefik"]; !excluded {
			text += fmt.Sprintf(route, bycase.Rule(i), "{name: "+middlewares[string(c.Policy)]+"}")
		}
	}
	return text
}

package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/e2e/internal/bycase"
	"github.com/attrgate/attrgate/e2e/internal/traefik"
	"github.com/attrgate/attrgate/middleware/policytest"
)

// startLimit is generous: it ends a test that would wait for ever, it measures nothing.
const startLimit = time.Minute

// TestTraefik runs the corpus through the plugin in a real Traefik.
func TestTraefik(t *testing.T) {
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
	web := startCorpus(t, backend.URL, cases)
	recording.Take()
	bycase.Send(t, web, recording, cases)
}

// startCorpus starts Traefik with a router for each case and returns where it listens.
func startCorpus(t *testing.T, backend string, cases []policytest.Case) (web string) {
	t.Helper()
	routers := []traefik.Router{{Name: "ready", Rule: bycase.Others}}
	for i, c := range cases {
		if _, excluded := c.Doors["traefik"]; !excluded {
			routers = append(routers, traefik.Router{Name: fmt.Sprint("case-", i), Rule: bycase.Rule(i), Policy: c.Policy})
		}
	}
	dynamic, err := traefik.Dynamic(backend, routers)
	if err != nil {
		t.Fatal(err)
	}
	at := traefik.Addresses{Web: freeAddress(t), API: freeAddress(t)}
	dir := t.TempDir()
	if err := traefik.Folder(dir, root, traefik.WithPlugin(traefik.Static(at)), dynamic); err != nil {
		t.Fatal(err)
	}
	process := start(t, dir)
	waitFor(t, process, at.Web, "/ready")
	disabled, err := traefik.Disabled(at.API)
	if err != nil || len(disabled) > 0 {
		t.Fatalf("Traefik could not build all routers: %v\n%s", err, strings.Join(disabled, "\n"))
	}
	return at.Web
}

func freeAddress(t *testing.T) string {
	t.Helper()
	address, err := traefik.FreeAddress()
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// start starts Traefik for the length of a test and shows its log if the test fails.
func start(t *testing.T, dir string) *traefik.Process {
	t.Helper()
	binary, err := traefik.Binary()
	if err != nil {
		t.Fatal(err)
	}
	process, err := traefik.Start(binary, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := process.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("Traefik's log:\n%s", process.Log())
		}
	})
	return process
}

// waitFor waits until a request is answered by the backend.
func waitFor(t *testing.T, process *traefik.Process, web, path string) {
	t.Helper()
	ready := func() bool {
		response, err := http.Get("http://" + web + path)
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == http.StatusNonAuthoritativeInfo
	}
	if err := process.WaitUntil(ready, 10*time.Millisecond, startLimit); err != nil {
		t.Fatal(err)
	}
}

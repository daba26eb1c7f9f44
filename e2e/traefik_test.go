package e2e

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/e2e/internal/traefik"
	"github.com/attrgate/attrgate/middleware/policytest"
)

// startLimit is generous: it ends a test that would wait for ever, it measures nothing.
const startLimit = time.Minute

// TestTraefik runs the corpus through the plugin in a real Traefik. Every case has a
// router of its own, chosen by the address that the client comes from, so that the
// request itself stays as the case has it.
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
	sendAll(t, web, recording, cases)
}

// sendAll sends the requests of cases through a Traefik that has a router for each.
func sendAll(t *testing.T, web string, recording *policytest.Backend, cases []policytest.Case) {
	t.Helper()
	for i, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			if reason, excluded := c.Doors["traefik"]; excluded {
				t.Skip(reason)
			}
			answer, err := policytest.Client{LocalIP: caseIP(i)}.Send(web, c.Request)
			if err != nil {
				t.Fatal(err)
			}
			policytest.Report(t, c.Check(policytest.Outcome{Answer: answer, Received: recording.Take()}))
		})
	}
	for _, late := range recording.Take() {
		t.Errorf("%q reached the backend after the answer", late.Start())
	}
}

// startCorpus starts Traefik with a router for each case and returns where it listens.
func startCorpus(t *testing.T, backend string, cases []policytest.Case) (web string) {
	t.Helper()
	routers := []traefik.Router{{Name: "ready", Rule: "ClientIP(`127.0.0.1`)"}}
	for i, c := range cases {
		if _, excluded := c.Doors["traefik"]; !excluded {
			rule := fmt.Sprintf("ClientIP(`%s`)", caseIP(i))
			routers = append(routers, traefik.Router{Name: fmt.Sprint("case-", i), Rule: rule, Policy: c.Policy})
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

// caseIP gives every case a loopback address of its own; 127.0.0.1 is left to the test.
func caseIP(i int) net.IP { return net.IPv4(127, 1, byte(i/200), byte(i%200+1)) }

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

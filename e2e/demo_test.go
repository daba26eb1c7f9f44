package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/e2e/internal/plugin"
	"github.com/attrgate/attrgate/middleware/policytest"
)

const example = "../examples/traefik"

// TestExample starts Traefik with the files of examples/traefik; only the addresses in
// them are replaced.
func TestExample(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: builds and starts Traefik")
	}
	idp := startIssuer(t)
	backend := &policytest.Backend{}
	server := httptest.NewServer(backend)
	t.Cleanup(server.Close)
	web := freeAddress(t)
	dir := exampleFolder(t, map[string]string{
		"127.0.0.1:8000":        web,
		"http://127.0.0.1:8081": server.URL,
		"http://127.0.0.1:8082": idp.server.URL,
	})
	waitFor(t, start(t, dir), web, "/forms") // no guarded path, so that it needs no token
	backend.Take()
	token := idp.token(t, "contact-centre", "SalesIQ.conversations.UPDATE channel-session:update")
	for name, request := range exampleRequests() {
		t.Run(name, func(t *testing.T) {
			send(t, web, request.with("X-Other: 1"), http.StatusUnauthorized)
			if received := backend.Take(); received != nil {
				t.Errorf("without a token the backend got %q", received)
			}
			send(t, web, request.with("Authorization: Bearer "+token), http.StatusNonAuthoritativeInfo)
			received := backend.Take()
			if len(received) != 1 || string(received[0].Body) != request.forwarded {
				t.Errorf("with a token the backend got %q, want the body %s", received, request.forwarded)
			}
		})
	}
}

// exampleRequest is a request, and the body that the backend must get of it.
type exampleRequest struct{ line, body, forwarded string }

// exampleRequests are the main job, through both routes.
func exampleRequests() map[string]exampleRequest {
	const list = `[{"key":"city","type":"String50","value":"Sydney"}]`
	return map[string]exampleRequest{
		"salesiq": {
			line:      "PUT /api/v2/zylkerinc/conversations/123456789012345 HTTP/1.1",
			body:      `{"customer_info":{"%visitor.custominfo.Model%":"Class X9"}}`,
			forwarded: `{"customer_info":{"Model":"Class X9"}}`,
		},
		"expertflow": {line: "PUT /forms/64e2f08a6155b317cd3f88fd HTTP/1.1", body: list, forwarded: list},
	}
}

func (r exampleRequest) with(header string) policytest.Message {
	head := []string{r.line, "Host: gate.example", "Content-Type: application/json", header}
	return policytest.Message{Head: head, Body: []byte(r.body)}
}

func send(t *testing.T, web string, request policytest.Message, status int) {
	t.Helper()
	answer, err := policytest.Client{}.Send(web, request)
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprint("HTTP/1.1 ", status, " ", http.StatusText(status)); answer.Start() != want {
		t.Errorf("%s: got %s, want %s\n%s", request.Head[3], answer.Start(), want, answer.Bytes())
	}
}

// exampleFolder copies the example's configuration and replaces addresses in it. Each of
// them must be there: one that is not would be one that the test does not reach.
func exampleFolder(t *testing.T, addresses map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	found := map[string]bool{}
	for _, name := range []string{"traefik.yml", "dynamic.yml"} {
		content, err := os.ReadFile(filepath.Join(example, name))
		if err != nil {
			t.Fatal(err)
		}
		text := string(content)
		for old, address := range addresses {
			found[old] = found[old] || strings.Contains(text, old)
			text = strings.ReplaceAll(text, old, address)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for old := range addresses {
		if !found[old] {
			t.Errorf("%s is not in the example's configuration", old)
		}
	}
	if err := plugin.Link(filepath.Join(dir, "plugins-local"), root); err != nil {
		t.Fatal(err)
	}
	return dir
}

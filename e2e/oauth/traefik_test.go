package oauth

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/attrgate/attrgate/e2e/internal/glewlwyd"
	"github.com/attrgate/attrgate/e2e/internal/traefik"
)

// TestTraefik takes the server's tokens to the plugin, as a real Traefik interprets it.
func TestTraefik(t *testing.T) {
	server := newServer(t, "ES256")
	policy, err := json.Marshal(map[string]any{"issuers": []any{map[string]any{
		"issuer": server.Issuer(), "audiences": []string{glewlwyd.Resource}, "keysFloor": "1s", "keysFreshFor": "2s",
	}}})
	must(t, err)
	g := startTraefik(t, string(policy), startCommand(t, "sandbox"))
	for _, alg := range []string{"ES256", "RS256", "PS256", "EdDSA"} {
		must(t, server.Rotate([]glewlwyd.Key{newKey(t, "key-"+alg, alg)}))
		g.until(t, alg, http.StatusOK, http.StatusUnauthorized, form, newToken(t, server, expertFlow))
	}
	token := newToken(t, server, salesIQ)
	g.want(t, "the conversation", http.StatusOK, conversation, token)
	g.want(t, "the scope of the other API", http.StatusForbidden, form, token)
	g.want(t, "no token", http.StatusUnauthorized, conversation, "")
}

// startTraefik starts Traefik with the plugin in front of a backend. The policy is JSON.
func startTraefik(t *testing.T, policy, backend string) gate {
	t.Helper()
	router := traefik.Router{Name: "gate", Rule: "PathPrefix(`/`)", Policy: []byte(policy)}
	dynamic, err := traefik.Dynamic(backend, []traefik.Router{router})
	must(t, err)
	dir, at := t.TempDir(), freeAddress(t)
	must(t, traefik.Folder(dir, root, traefik.WithPlugin(traefik.Static(traefik.Addresses{Web: at})), dynamic))
	binary, err := traefik.Binary()
	must(t, err)
	process, err := traefik.Start(binary, dir)
	must(t, err)
	t.Cleanup(func() {
		if err := process.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("Traefik's log:\n%s", process.Log())
		}
	})
	g := gate{url: "http://" + at}
	must(t, process.WaitUntil(func() bool { return g.ready() }, poll, startLimit))
	return g
}

// ready tells whether a request that no route guards reaches the backend. What Traefik
// answers before it has its routes is plain text.
func (g gate) ready() bool {
	response, err := http.Get(g.url + "/forms")
	if err != nil {
		return false
	}
	return response.Body.Close() == nil && response.Header.Get("Content-Type") != "text/plain; charset=utf-8"
}

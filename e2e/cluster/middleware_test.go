package cluster

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/e2e/internal/traefik"
)

// host is that of the examples' routes.
const host = "cx.example.com"

// TestTheExamplesForTraefik applies the examples as their comments say, with an authorization
// server of the test, and sends requests to the routes of both kinds. The secret comes last.
func TestTheExamplesForTraefik(t *testing.T) {
	at, process := newTraefik(t, "cx", "traefik")
	gates := map[string]string{"IngressRoute": "https://" + at.Secure, "HTTPRoute": "http://" + at.Web}
	kubectl(t, "", "create", "namespace", "cx")
	backend(t, "cx", "ccm", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	applyGateway(t, at.Web)
	middleware := example(t, "traefik/middleware.yaml")
	apply(t, strings.ReplaceAll(middleware, "https://idp.example.com", introspection(t)))
	apply(t, example(t, "traefik/ingressroute.yaml")+example(t, "traefik/httproute.yaml")+unguarded)
	for name, gate := range gates {
		until(t, process, http.StatusNoContent, func() (int, error) { return put(gate, "/unguarded", "", "") })
		if status, err := put(gate, "/forms/1/history", "", ""); err != nil || status != http.StatusNotFound {
			t.Errorf("%s: without its secret: answered %d; %v", name, status, err)
		}
	}
	kubectl(t, "", "-n", "cx", "create", "secret", "generic", "attrgate", "--from-literal=client-secret="+clientSecret)
	for name, gate := range gates {
		t.Run(name, func(t *testing.T) { sendToExample(t, process, gate) })
	}
	patch := `{"stringData": {"client-secret": "` + clientSecret + `\n"}}`
	kubectl(t, "", "-n", "cx", "patch", "secret", "attrgate", "--type=merge", "-p", patch)
	until(t, process, http.StatusServiceUnavailable, func() (int, error) { return put(gates["IngressRoute"], form, "unseen", goodBody) })
	kubectl(t, "", "-n", "cx", "patch", "middleware", "attrgate", "--type=merge", "-p", `{"spec": {"plugin": {"attrgate": {"lookalikes": "accept"}}}}`)
	for _, gate := range gates {
		until(t, process, http.StatusNotFound, func() (int, error) { return put(gate, form, "good", goodBody) })
	}
}

// sendToExample sends requests to a gate before the backend ccm.
func sendToExample(t *testing.T, process *traefik.Process, gate string) {
	t.Helper()
	until(t, process, http.StatusNoContent, func() (int, error) { return put(gate, form, "good", goodBody) })
	for _, c := range []struct {
		what, path, token, body string
		status                  int
	}{
		{"no token", form, "", goodBody, http.StatusUnauthorized},
		{"an inactive token", form, "bad", goodBody, http.StatusUnauthorized},
		{"another scope", form, "read", goodBody, http.StatusForbidden},
		{"a value that is not of its type", form, "good", `[{"key":"age","type":"Number","value":"old"}]`, http.StatusUnprocessableEntity},
		{"another spelling of the path", form + "/", "good", goodBody, http.StatusBadRequest},
		{"a path that the policy does not guard", "/forms/1/history", "", goodBody, http.StatusNoContent},
		{"a path that is not routed", "/other", "good", goodBody, http.StatusNotFound},
	} {
		if status, err := put(gate, c.path, c.token, c.body); err != nil || status != c.status {
			t.Errorf("%s: answered %d, want %d; %v", c.what, status, c.status, err)
		}
	}
}

// unguarded are routes without the gate, which say that Traefik has read the others too.
const unguarded = `
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: unguarded, namespace: cx}
spec:
  entryPoints: [web]
  routes:
    - {kind: Rule, match: Path(` + "`/unguarded`" + `), services: [{name: ccm, port: 8080}]}
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: unguarded-secure, namespace: cx}
spec:
  entryPoints: [websecure]
  tls: {}
  routes:
    - {kind: Rule, match: Path(` + "`/unguarded`" + `), services: [{name: ccm, port: 8080}]}
`

// applyGateway makes the Gateway that the example's HTTPRoute names, on the port that Traefik
// listens on.
func applyGateway(t *testing.T, web string) {
	t.Helper()
	_, port, _ := strings.Cut(web, ":")
	apply(t, strings.ReplaceAll(`
apiVersion: v1
kind: Namespace
metadata: {name: traefik}
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: traefik}
spec: {controllerName: traefik.io/gateway-controller}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: traefik-gateway, namespace: traefik}
spec:
  gatewayClassName: traefik
  listeners:
    - {name: web, protocol: HTTP, port: PORT, allowedRoutes: {namespaces: {from: All}}}
`, "PORT", port))
}

const (
	clientSecret = "made-up-secret-of-the-gate"
	form         = "/forms/5f0c2a7be4d19a3c86b7d210"
	goodBody     = `[{"key":"city","type":"String50","value":"Sydney"}]`
)

// introspection starts an authorization server that knows two opaque tokens, and returns its
// URL.
func introspection(t *testing.T) string {
	t.Helper()
	scopes := map[string]string{"good": "channel-session:update", "read": "channel-session:read"}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		if r.URL.Path != "/oauth2/introspect" || user != "attrgate" || password != clientSecret {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		scope, active := scopes[r.PostFormValue("token")]
		answer := map[string]any{"active": active, "scope": scope, "aud": "contact-centre", "exp": 4102444800}
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// client takes the certificate that Traefik makes where it is given none.
var client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}

// put sends a request to a gate and returns the status of the answer.
func put(gate, path, token, body string) (int, error) {
	request, err := http.NewRequest(http.MethodPut, gate+path, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Host = host
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, response.Body)
	return response.StatusCode, errors.Join(err, response.Body.Close())
}

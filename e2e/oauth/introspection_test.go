package oauth

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/attrgate/attrgate/e2e/internal/glewlwyd"
)

// asker is the client as which the gate asks about tokens. Its secret is of characters that
// stay as they are in a form: RFC 6749, section 2.3.1, encodes it for the Authorization
// header, and glewlwyd does not decode it.
var asker = glewlwyd.Client{ID: "gate", Secret: "made-up-secret-of-gate", Scopes: []string{"introspect"}}

// cacheFor is how long the gate remembers an answer.
const cacheFor = 2 * time.Second

// introspectionBy asks a server, authenticated in one of the two ways.
func introspectionBy(server *glewlwyd.Server, auth string) string {
	return fmt.Sprintf(`introspection:
  - url: %s/introspect
    audiences: [%s]
    clientID: %s
    clientSecret: "%s"
    auth: %s
    cacheFor: %s
    inactiveFor: 1s
`, server.Issuer(), glewlwyd.Resource, asker.ID, asker.Secret, auth, cacheFor)
}

// TestIntrospection has no issuer in its policy, so that the server's tokens are opaque.
func TestIntrospection(t *testing.T) {
	server := newServer(t, "ES256", asker)
	sandbox := startCommand(t, "sandbox")
	for _, auth := range []string{"basic", "post"} {
		g := startGate(t, introspectionBy(server, auth), sandbox)
		token := newToken(t, server, salesIQ)
		g.want(t, auth+": the conversation", http.StatusOK, conversation, token)
		g.want(t, auth+": the scope of the other API", http.StatusForbidden, form, token)
		g.want(t, auth+": a token that nobody issued", http.StatusUnauthorized, form, "nobody-issued-this")
		elsewhere, err := server.TokenFor(glewlwyd.Resource+"/other", crm, salesIQ)
		must(t, err)
		g.want(t, auth+": another audience", http.StatusUnauthorized, conversation, elsewhere)
		seeRevocation(t, g, server, token)
	}
}

// TestIntrospectFirst asks about tokens that the gate could verify by itself, so that a
// revocation is seen.
func TestIntrospectFirst(t *testing.T) {
	server := newServer(t, "ES256", asker)
	g := startGate(t, policyFor(server, introspectionBy(server, "basic"), "introspect: first\n"), startCommand(t, "sandbox"))
	token := newToken(t, server, salesIQ)
	g.want(t, "the conversation", http.StatusOK, conversation, token)
	seeRevocation(t, g, server, token)
}

// seeRevocation revokes a token that the gate has seen.
func seeRevocation(t *testing.T, g gate, server *glewlwyd.Server, token string) {
	t.Helper()
	other := newToken(t, server, salesIQ)
	must(t, server.Revoke(crm, token))
	time.Sleep(cacheFor + cacheFor/10)
	g.want(t, "a revoked token", http.StatusUnauthorized, conversation, token)
	g.want(t, "one that was not revoked", http.StatusOK, conversation, other)
}

// TestIntrospectionAway stops the server that is asked.
func TestIntrospectionAway(t *testing.T) {
	server := newServer(t, "ES256", asker)
	g := startGate(t, introspectionBy(server, "basic"), startCommand(t, "sandbox"))
	token := newToken(t, server, salesIQ)
	must(t, server.Stop())
	refused := g.want(t, "a token that cannot be asked about", http.StatusServiceUnavailable, conversation, token)
	if refused.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	must(t, server.Start())
	g.until(t, "after the server came back", http.StatusOK, http.StatusServiceUnavailable, conversation, token)
}

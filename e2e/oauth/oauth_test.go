package oauth

import (
	"net/http"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/e2e/internal/glewlwyd"
)

// TestClientCredentials takes a token from the server to both APIs.
func TestClientCredentials(t *testing.T) {
	server := newServer(t, "ES256")
	g := startGate(t, policyFor(server), startCommand(t, "sandbox"))
	token := newToken(t, server, salesIQ, expertFlow)
	if got := g.want(t, "the conversation", http.StatusOK, conversation, token); !strings.Contains(got.body, `"Class X9"`) {
		t.Errorf("the backend answered %s", got.body)
	}
	g.want(t, "the form", http.StatusOK, form, token)
	g.want(t, "no token", http.StatusUnauthorized, form, "")
	g.want(t, "a changed token", http.StatusUnauthorized, form, token[:len(token)-8]+"AAAAAAAA")
	g.want(t, "the scope of the other API", http.StatusForbidden, form, newToken(t, server, salesIQ))
	refused := g.want(t, "no scope of either", http.StatusForbidden, conversation, newToken(t, server, "other"))
	if challenge := refused.header.Get("WWW-Authenticate"); !strings.Contains(challenge, `error="insufficient_scope"`) ||
		!strings.Contains(challenge, salesIQ) {
		t.Errorf("the challenge is %s", challenge)
	}
	elsewhere, err := server.TokenFor(glewlwyd.Resource+"/other", crm, salesIQ)
	must(t, err)
	g.want(t, "another audience", http.StatusUnauthorized, conversation, elsewhere)
}

// TestAnotherServersToken has the same clients, scopes and audience, but other keys.
func TestAnotherServersToken(t *testing.T) {
	server, other := newServer(t, "ES256"), newServer(t, "ES256")
	g := startGate(t, policyFor(server), startCommand(t, "sandbox"))
	g.want(t, "another server's", http.StatusUnauthorized, form, newToken(t, other, expertFlow))
	g.want(t, "the server's", http.StatusOK, form, newToken(t, server, expertFlow))
}

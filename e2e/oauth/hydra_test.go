package oauth

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/e2e/internal/hydra"
)

// audience is what the API is called in docs/authorization-servers.md.
const audience = "https://api.example.com"

// gateSecret is of characters that the Authorization header has encoded (RFC 6749, section
// 2.3.1).
const gateSecret = "made-up secret+of/the%gate:ü"

// backendScope is what only the gate's own token carries.
const backendScope = "contact-centre.write"

// backendAudience is what the backend is called there, and what it wants of tokens.
const backendAudience = "https://contact-centre.example.com"

// The clients. Tokens of the hasty ones end after a moment.
var (
	jwtClient    = hydraClient("crm-jwt", true, "")
	opaqueClient = hydraClient("crm-opaque", false, "")
	hastyJWT     = hydraClient("hasty-jwt", true, "5s")
	hastyOpaque  = hydraClient("hasty-opaque", false, "5s")

	// ownClients are the gate's, one for each way to authenticate.
	ownClients = map[string]hydra.Client{
		"basic": {ID: "gate", Secret: gateSecret, Scopes: []string{backendScope}, Audiences: []string{backendAudience}},
		"post":  {ID: "gate-post", Secret: gateSecret, Scopes: []string{backendScope}, Audiences: []string{backendAudience}, Post: true},
	}
)

func hydraClient(id string, jwt bool, lifespan string) hydra.Client {
	return hydra.Client{
		ID: id, Secret: "made-up-secret-of-" + id, Post: jwt, JWT: jwt, Lifespan: lifespan,
		Scopes:    []string{salesIQ, expertFlow, "other"},
		Audiences: []string{audience, audience + "/other"},
	}
}

// TestHydra takes tokens of Hydra to both doors, with the policies of
// docs/authorization-servers.md.
func TestHydra(t *testing.T) {
	server := newHydra(t, jwtClient, opaqueClient, hastyJWT, hastyOpaque, ownClients["basic"], ownClients["post"])
	sandbox := startCommand(t, "sandbox")
	doors := map[string]func(t *testing.T, policy, backend string) gate{"gateway": startGate, "Traefik": startTraefik}
	for name, start := range doors {
		t.Run(name+"/JWT", func(t *testing.T) {
			g := start(t, documented(t, server, "JWT access tokens"), sandbox)
			seeScopes(t, g, server, jwtClient)
			seeExpiry(t, g, server, hastyJWT)
			seeHydraRotation(t, g, server)
		})
		t.Run(name+"/opaque", func(t *testing.T) {
			g := start(t, documented(t, server, "opaque access tokens"), sandbox)
			seeScopes(t, g, server, opaqueClient)
			seeExpiry(t, g, server, hastyOpaque)
			seeHydraRevocation(t, g, server, opaqueClient)
		})
		t.Run(name+"/revoked JWT", func(t *testing.T) {
			g := start(t, documented(t, server, "revoked JWT access tokens"), sandbox)
			must(t, server.Sign("ES256"))
			seeScopes(t, g, server, jwtClient)
			seeScopes(t, g, server, opaqueClient)
			seeHydraRevocation(t, g, server, jwtClient)
			seeKeysIntrospected(t, g, server)
		})
		for auth, own := range ownClients {
			t.Run(name+"/own token by "+auth, func(t *testing.T) {
				policy := strings.NewReplacer(`"basic"`, `"`+auth+`"`, `"gate"`, `"`+own.ID+`"`).
					Replace(documented(t, server, "a token of the gate's own"))
				seeOwnToken(t, start(t, policy, backendOf(t, server, sandbox)), server, own)
			})
		}
	}
}

// hydraToken is a token of a client for the API.
func hydraToken(t *testing.T, server *hydra.Server, c hydra.Client, scopes ...string) string {
	t.Helper()
	token, err := server.Token(c, audience, scopes...)
	must(t, err)
	return token
}

func seeScopes(t *testing.T, g gate, server *hydra.Server, c hydra.Client) {
	t.Helper()
	token := hydraToken(t, server, c, salesIQ, expertFlow)
	if strings.Contains(token, ".ey") != c.JWT {
		t.Fatalf("the token of %s is of the wrong kind", c.ID)
	}
	g.want(t, "the conversation", http.StatusOK, conversation, token)
	g.want(t, "the form", http.StatusOK, form, token)
	g.want(t, "no token", http.StatusUnauthorized, form, "")
	g.want(t, "a changed token", http.StatusUnauthorized, form, token[:len(token)-8]+"AAAAAAAA")
	g.want(t, "the scope of the other API", http.StatusForbidden, form, hydraToken(t, server, c, salesIQ))
	g.want(t, "no scope of either", http.StatusForbidden, conversation, hydraToken(t, server, c, "other"))
	for _, other := range []string{"", audience + "/other"} {
		elsewhere, err := server.Token(c, other, salesIQ)
		must(t, err)
		g.want(t, "the audience "+other, http.StatusUnauthorized, conversation, elsewhere)
	}
}

func seeExpiry(t *testing.T, g gate, server *hydra.Server, c hydra.Client) {
	t.Helper()
	token := hydraToken(t, server, c, expertFlow)
	g.want(t, "a token that ends soon", http.StatusOK, form, token)
	g.until(t, "one that ended", http.StatusUnauthorized, http.StatusOK, form, token)
}

// seeHydraRotation makes a new key beside the old one, then withdraws the old one.
func seeHydraRotation(t *testing.T, g gate, server *hydra.Server) {
	t.Helper()
	for _, alg := range []string{"ES256", "RS256", "EdDSA"} {
		old := hydraToken(t, server, jwtClient, expertFlow)
		g.want(t, "before "+alg, http.StatusOK, form, old)
		must(t, server.Sign(alg))
		fresh := hydraToken(t, server, jwtClient, expertFlow)
		g.until(t, "by the new key, "+alg, http.StatusOK, http.StatusUnauthorized, form, fresh)
		g.want(t, "by the old key", http.StatusOK, form, old)
		must(t, server.Withdraw())
		g.until(t, "by the withdrawn key", http.StatusUnauthorized, http.StatusOK, form, old)
		g.want(t, "by the new key alone, "+alg, http.StatusOK, form, fresh)
	}
}

func seeHydraRevocation(t *testing.T, g gate, server *hydra.Server, c hydra.Client) {
	t.Helper()
	token, other := hydraToken(t, server, c, salesIQ), hydraToken(t, server, c, salesIQ)
	g.want(t, "before it is revoked", http.StatusOK, conversation, token)
	must(t, server.Revoke(c, token))
	time.Sleep(cacheFor + cacheFor/10)
	g.want(t, "a revoked token", http.StatusUnauthorized, conversation, token)
	g.want(t, "one that was not revoked", http.StatusOK, conversation, other)
}

// seeKeysIntrospected holds Hydra to what the page says of it: it calls a JWT active that the
// newest key has signed, and no other, though it publishes the keys before it.
func seeKeysIntrospected(t *testing.T, g gate, server *hydra.Server) {
	t.Helper()
	old := hydraToken(t, server, jwtClient, salesIQ)
	g.want(t, "before the rotation", http.StatusOK, conversation, old)
	must(t, server.Sign("ES256"))
	g.want(t, "by the new key", http.StatusOK, conversation, hydraToken(t, server, jwtClient, salesIQ))
	g.until(t, "by the old key", http.StatusUnauthorized, http.StatusOK, conversation, old)
	must(t, server.Sign("EdDSA"))
	g.want(t, "by EdDSA", http.StatusUnauthorized, conversation, hydraToken(t, server, jwtClient, salesIQ))
}

// backendOf is a backend that admits nothing but the gate's own token: a second gate.
func backendOf(t *testing.T, server *hydra.Server, sandbox string) string {
	t.Helper()
	return startGate(t, `{"introspection": [{"url": "`+server.Admin()+`/admin/oauth2/introspect",
		"audiences": ["`+backendAudience+`"], "clientID": "backend", "clientSecret": "nobody-asks-for-it", "cacheFor": "0s", "inactiveFor": "0s"}],
		"routes": [{"api": "expertflow-channel-session", "scopes": ["`+backendScope+`"]}]}`, sandbox).url
}

// seeOwnToken ends the gate's token, too: it obtains another when the backend refuses it.
func seeOwnToken(t *testing.T, g gate, server *hydra.Server, own hydra.Client) {
	t.Helper()
	token := hydraToken(t, server, jwtClient, expertFlow)
	g.want(t, "the form", http.StatusOK, form, token)
	must(t, server.Forget(own))
	g.want(t, "after the gate's token was revoked", http.StatusOK, form, token)
	g.want(t, "no token", http.StatusUnauthorized, form, "")
}

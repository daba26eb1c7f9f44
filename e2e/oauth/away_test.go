package oauth

import (
	"net/http"
	"strconv"
	"testing"
	"time"
)

// TestServerAway stops the server and starts it again, with a gate that knows its keys and
// one that does not.
func TestServerAway(t *testing.T) {
	server := newServer(t, "ES256")
	sandbox := startCommand(t, "sandbox")
	warm := startGate(t, policyFor(server), sandbox)
	seen, unseen := newToken(t, server, expertFlow), newToken(t, server, expertFlow)
	warm.want(t, "while the server is there", http.StatusOK, form, seen)

	must(t, server.Stop())
	time.Sleep(2*floor + floor/10) // beyond keysFreshFor
	warm.want(t, "a token that was verified before", http.StatusOK, form, seen)
	warm.want(t, "one that was not, by a known key", http.StatusOK, form, unseen)
	cold := startGate(t, policyFor(server), sandbox)
	refused := cold.want(t, "a gate that knows no keys", http.StatusServiceUnavailable, form, seen)
	if after, err := strconv.Atoi(refused.header.Get("Retry-After")); err != nil || after < 1 {
		t.Errorf("Retry-After is %q", refused.header.Get("Retry-After"))
	}

	must(t, server.Start())
	cold.until(t, "after the server came back", http.StatusOK, http.StatusServiceUnavailable, form, seen)
	warm.want(t, "a new token", http.StatusOK, form, newToken(t, server, expertFlow))
}

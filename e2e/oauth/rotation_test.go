package oauth

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/attrgate/attrgate/e2e/internal/glewlwyd"
)

// floor is keysFloor in policyFor.
const floor = time.Second

// TestEveryAlgorithm lets the server sign with one after the other.
func TestEveryAlgorithm(t *testing.T) {
	server := newServer(t, "ES256")
	g := startGate(t, policyFor(server), startCommand(t, "sandbox"))
	for _, alg := range []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"} {
		must(t, server.Rotate([]glewlwyd.Key{newKey(t, "key-"+alg, alg)}))
		g.until(t, alg, http.StatusOK, http.StatusUnauthorized, form, newToken(t, server, expertFlow))
	}
}

// TestRotation changes the key while requests run: first the new one signs and the old one
// is still published, then the old one is withdrawn.
func TestRotation(t *testing.T) {
	first, second := newKey(t, "old", "RS256"), newKey(t, "new", "ES256")
	server := newServer(t, "ES256")
	must(t, server.Rotate([]glewlwyd.Key{first}))
	g := startGate(t, policyFor(server), startCommand(t, "sandbox"))
	old := newToken(t, server, expertFlow)
	g.want(t, "before the rotation", http.StatusOK, form, old)

	stop := g.keepSending(t, old)
	must(t, server.Rotate([]glewlwyd.Key{second, first}))
	time.Sleep(floor + floor/10) // from here on the gate may ask the server again
	fresh := newToken(t, server, expertFlow)
	g.want(t, "the first token by the new key", http.StatusOK, form, fresh)
	g.want(t, "one more by the old key", http.StatusOK, form, old)
	stop()

	stop = g.keepSending(t, fresh)
	must(t, server.Rotate([]glewlwyd.Key{second}))
	g.until(t, "the withdrawn key", http.StatusUnauthorized, http.StatusOK, form, old)
	stop()
}

// keepSending sends requests that all must be admitted, from several clients at once,
// until it is stopped.
func (g gate) keepSending(t *testing.T, token string) (stop func()) {
	var clients sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		clients.Go(func() {
			sent := 0
			for ; ; sent++ {
				select {
				case <-done:
					if sent == 0 {
						t.Error("no request was sent meanwhile")
					}
					return
				default:
				}
				if a, err := g.send(form, token); err != nil || a.status != http.StatusOK {
					t.Errorf("while requests run: %d, %v\n%s", a.status, err, a.body)
					return
				}
			}
		})
	}
	return func() { close(done); clients.Wait() }
}

package peer_test

import (
	"testing"

	"github.com/attrgate/attrgate/bench/internal/peer"
	"github.com/attrgate/attrgate/bench/internal/sample"
)

// TestAll holds what reports rely on: names say which peer is meant, and what a server costs
// that guards something is set against one that guards nothing.
func TestAll(t *testing.T) {
	does := map[string]sample.Job{}
	for _, p := range peer.All() {
		if _, twice := does[p.Name]; twice {
			t.Errorf("two peers are named %q", p.Name)
		}
		does[p.Name] = p.Does
	}
	for _, p := range peer.All() {
		if base, is := does[p.Base]; p.Base != "" && (!is || base != sample.Nothing) {
			t.Errorf("%s: %q is not a peer that guards nothing", p.Name, p.Base)
		}
	}
}

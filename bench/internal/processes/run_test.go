package processes_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/bench/internal/peer"
	"github.com/attrgate/attrgate/bench/internal/processes"
)

// TestRun lets the peers that need nothing but Go go through everything.
func TestRun(t *testing.T) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	o := processes.Options{
		Root: root, Work: t.TempDir(), Only: []string{peer.GoProxy, peer.Gateway}, Rounds: 1, OpenRounds: 1,
		Turn: 200 * time.Millisecond, Connections: 4, Rate: 50, Progress: t.Output(),
	}
	results, err := processes.Run(o)
	if err != nil {
		t.Fatal(err)
	}
	if len(results.Outcomes) != 3 { // the gateway twice
		t.Fatalf("%d outcomes, want 3", len(results.Outcomes))
	}
	for _, outcome := range results.Outcomes {
		if outcome.Skipped != nil || len(outcome.Rounds) != 1 || len(outcome.Open) != 1 {
			t.Fatalf("%s: %v, %d rounds and %d at a fixed rate", outcome.Peer.Name, outcome.Skipped, len(outcome.Rounds), len(outcome.Open))
		}
		if r := outcome.Rounds[0]; r.Throughput <= 0 || r.CPU <= 0 || r.P99 < r.P50 || r.Resident <= 0 || r.Failures > 0 {
			t.Errorf("%s: %+v", outcome.Peer.Name, r)
		}
	}
	if text := processes.Report(results, o).Text("charts"); strings.Contains(text, root) || !strings.Contains(text, peer.Gateway) {
		t.Errorf("the report names a folder of this machine, or not the gateway:\n%s", text)
	}
}

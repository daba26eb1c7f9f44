package e2e

import (
	"context"
	"testing"

	"github.com/attrgate/attrgate/e2e/internal/plugin"
)

// mostNodes is the largest tree that the interpreter may make of the plugin's source. A node
// is an identifier, a literal, an expression, a statement; a line of code has six. Each costs
// Traefik half a kilobyte for as long as it runs, nearly as much again until the collector
// takes back what loading it left, and two microseconds of its start. Where the test fails,
// see whether Traefik calls what was added: if not, it goes behind the tag traefik.
const mostNodes = 50_700

func TestTreeOfThePlugin(t *testing.T) {
	goPath := t.TempDir()
	if err := plugin.Link(goPath, root); err != nil {
		t.Fatal(err)
	}
	p, err := plugin.Load(context.Background(), goPath, plugin.Module+"/plugin", t.Output())
	if err != nil {
		t.Fatal(err)
	}
	if p.Nodes > mostNodes {
		t.Errorf("the plugin's tree has %d nodes, want at most %d", p.Nodes, mostNodes)
	}
	if p.Nodes < mostNodes/4 {
		t.Errorf("the plugin's tree has %d nodes: they are not counted", p.Nodes)
	}
}

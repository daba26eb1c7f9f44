package e2e

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/attrgate/attrgate/e2e/internal/plugin"
	"github.com/attrgate/attrgate/middleware/policytest"
)

const (
	root   = ".."
	corpus = "../testdata/cases"
)

// TestInterpreter runs the corpus through the plugin as Traefik interprets it: one
// interpreter, and a handler for every case.
func TestInterpreter(t *testing.T) {
	goPath := t.TempDir()
	if err := plugin.Link(goPath, root); err != nil {
		t.Fatal(err)
	}
	door := &interpreterDoor{output: decisionLog{doors: map[string]func(any){}, rest: t.Output()}}
	var err error
	door.plugin, err = plugin.Load(context.Background(), goPath, plugin.Module+"/plugin", &door.output)
	if err != nil {
		t.Fatal(err)
	}
	policytest.Runner{Door: "interpreter", Blind: true, Open: door.open}.Test(t, corpus)
}

// interpreterDoor builds one handler at a time, as Traefik does. It can tell the
// decisions that the plugin logs.
type interpreterDoor struct {
	mu     sync.Mutex
	plugin plugin.Plugin
	count  int
	output decisionLog
}

func (d *interpreterDoor) open(s policytest.Setup) (http.Handler, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	values, err := plugin.Values(s.Policy)
	if err != nil {
		return nil, err
	}
	config, err := d.plugin.CreateConfig()
	if err != nil {
		return nil, err
	}
	if err := plugin.Decode(config, values); err != nil {
		return nil, err
	}
	d.count++
	name := fmt.Sprint("case-", d.count)
	d.output.tell(name, s.Decided)
	return d.plugin.New(context.Background(), s.Backend, config, name)
}

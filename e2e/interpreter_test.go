package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
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
	t.Run("once", func(t *testing.T) {
		policytest.Runner{Door: "interpreter", Blind: true, Open: door.open}.Test(t, corpus)
	})
	t.Run("rehearsed", func(t *testing.T) {
		policytest.Runner{Door: "interpreter", Blind: true, Open: door.openRehearsed}.Test(t, corpus)
	})
}

// openRehearsed has every request sent twice before, with nobody behind the plugin, so that
// it knows what it takes the short way for.
func (d *interpreterDoor) openRehearsed(s policytest.Setup) (http.Handler, error) {
	var rehearsing atomic.Bool
	backend, decided := s.Backend, s.Decided
	s.Backend = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !rehearsing.Load() {
			backend.ServeHTTP(w, r)
		}
	})
	s.Decided = func(decision any) {
		if !rehearsing.Load() {
			decided(decision)
		}
	}
	gate, err := d.open(s)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // what breaks off does so again
		for i := 0; i < 2 && len(r.Header["Dpop"]) == 0; i++ {
			rehearsing.Store(true)
			gate.ServeHTTP(httptest.NewRecorder(), sentAgain(r, body))
		}
		rehearsing.Store(false)
		gate.ServeHTTP(w, sentAgain(r, body))
	}), err
}

func sentAgain(r *http.Request, body []byte) *http.Request {
	again := r.Clone(r.Context())
	again.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), r.Body))
	return again
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

package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/attrgate/attrgate/e2e/internal/plugin"
	"github.com/attrgate/attrgate/e2e/internal/traefik"
)

// policy guards both built-in routes.
const policy = `{"issuers": [{"issuer": "https://idp.example.com", "audiences": ["contact-centre"]}]}`

const (
	startLimit = time.Minute
	poll       = time.Millisecond
	settle     = time.Second // before the memory is read
)

// sample is one start of Traefik.
type sample struct {
	start  time.Duration // from starting the process to the first reply of the backend
	cpu    time.Duration // of the process until then
	memory int64         // resident bytes, a little later
	own    int64         // those of them that are in no file
}

type bench struct {
	root, binary string
	backend      *httptest.Server
}

func newBench(root string) (*bench, error) {
	binary, err := traefik.Binary()
	if err != nil {
		return nil, err
	}
	reply := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }
	return &bench{root: root, binary: binary, backend: httptest.NewServer(http.HandlerFunc(reply))}, nil
}

// round starts one Traefik, with the plugin of a module or without any, measures it and
// stops it.
func (b *bench) round(module string) (s sample, err error) {
	dir, err := os.MkdirTemp("", "attrgate-measure-")
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	web, err := traefik.FreeAddress()
	if err != nil {
		return s, err
	}
	if err := b.configure(dir, web, module); err != nil {
		return s, err
	}
	began := time.Now()
	process, err := traefik.Start(b.binary, dir)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, process.Stop()) }()
	if err := process.WaitUntil(func() bool { return serves(web) }, poll, startLimit); err != nil {
		return s, err
	}
	s.start = time.Since(began)
	if s.cpu, err = cpuTime(process.PID()); err != nil {
		return s, err
	}
	time.Sleep(settle)
	if s.memory, err = statusBytes(process.PID(), "VmRSS"); err != nil {
		return s, err
	}
	s.own, err = statusBytes(process.PID(), "RssAnon")
	return s, err
}

func (b *bench) configure(dir, web, module string) error {
	static := traefik.Static(traefik.Addresses{Web: web})
	router := traefik.Router{Name: "all", Rule: "PathPrefix(`/`)"}
	switch module {
	case plugin.Module:
		static = traefik.WithPlugin(static)
		router.Policy = []byte(policy)
	case passThrough: // stands in its place
		static["experimental"] = map[string]any{"localPlugins": map[string]any{"attrgate": map[string]any{"moduleName": module}}}
		router.Policy = []byte(`{"unused": true}`)
		if err := writePassThrough(dir); err != nil {
			return err
		}
	}
	dynamic, err := traefik.Dynamic(b.backend.URL, []traefik.Router{router})
	if err != nil {
		return err
	}
	return traefik.Folder(dir, b.root, static, dynamic)
}

func serves(web string) bool {
	response, err := http.Get("http://" + web + "/")
	if err != nil {
		return false
	}
	response.Body.Close()
	return response.StatusCode == http.StatusNoContent
}

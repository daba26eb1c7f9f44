package e2e

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/attrgate/attrgate/e2e/internal/plugin"
	"golang.org/x/mod/module"
	modzip "golang.org/x/mod/zip"
)

// catalogueLimit is the time that the catalogue gives a plugin to load and to start.
const catalogueLimit = 10 * time.Second

// TestCatalogue takes the steps by which the Traefik plugin catalogue decides whether
// it lists a plugin, on the module as the module proxy would hand it out.
func TestCatalogue(t *testing.T) {
	goPath := t.TempDir()
	source := unpack(t, goPath)
	if readme, err := filepath.Glob(filepath.Join(source, "README*")); err != nil || len(readme) == 0 {
		t.Error("the catalogue shows the README, and there is none")
	}
	m, err := readManifest(source)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.checkModule(source); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), catalogueLimit)
	defer cancel()
	p, err := plugin.Load(ctx, goPath, m.Import, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	config, err := p.CreateConfig()
	if err != nil {
		t.Fatal(err)
	}
	if err := plugin.Decode(config, m.TestData); err != nil {
		t.Fatal(err)
	}
	if err := checkSignature(p.FnNew.Type(), config.Type()); err != nil {
		t.Fatal(err)
	}
	callNew(ctx, t, p, config)
}

// unpack puts the module below goPath by way of a module zip, which leaves out nested
// modules and whatever else no user of the catalogue gets.
func unpack(t *testing.T, goPath string) (source string) {
	t.Helper()
	version := module.Version{Path: plugin.Module, Version: "v0.0.1"}
	file, err := os.Create(filepath.Join(t.TempDir(), "module.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := modzip.CreateFromDir(file, version, root); err != nil {
		t.Fatal(err)
	}
	source = filepath.Join(goPath, "src", filepath.FromSlash(plugin.Module))
	if err := modzip.Unzip(source, version, file.Name()); err != nil {
		t.Fatal(err)
	}
	return source
}

// checkSignature wants New(context.Context, http.Handler, *Config, string) (http.Handler, error).
func checkSignature(newType, config reflect.Type) error {
	ok := newType.NumIn() == 4 && newType.NumOut() == 2 && newType.In(0).Implements(reflect.TypeFor[context.Context]()) &&
		newType.In(1).Implements(reflect.TypeFor[http.Handler]()) &&
		newType.In(2).AssignableTo(config) &&
		newType.In(3).Kind() == reflect.String &&
		newType.Out(0).Implements(reflect.TypeFor[http.Handler]()) &&
		newType.Out(1).Implements(reflect.TypeFor[error]())
	if !ok {
		return errors.New("New is no func(context.Context, http.Handler, *Config, string) (http.Handler, error)")
	}
	return nil
}

func callNew(ctx context.Context, t *testing.T, p plugin.Plugin, config reflect.Value) {
	t.Helper()
	done := make(chan error, 1)
	go func() {
		_, err := p.New(ctx, http.NotFoundHandler(), config, "test")
		done <- err
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("New with the test data: %v", err)
		}
	case <-ctx.Done():
		t.Errorf("New: %v", ctx.Err())
	}
}

package plugin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"reflect"
	"strings"

	"github.com/traefik/yaegi/interp"
	"github.com/traefik/yaegi/stdlib"
)

// Plugin is the plugin in an interpreter of its own.
type Plugin struct {
	// FnNew and FnCreateConfig are the plugin's two functions.
	FnNew, FnCreateConfig reflect.Value

	// Nodes is the size of the tree that the interpreter keeps of the plugin's source.
	Nodes int64
}

// Load imports the plugin's package from goPath with nothing but the standard
// library's symbols, as Traefik does for a plugin that does not ask for unsafe. What the
// plugin prints and logs goes to output, and where in its source it panicked.
func Load(ctx context.Context, goPath, importPath string, output io.Writer) (p Plugin, err error) {
	defer func() {
		if r := recover(); r != nil { // the interpreter panics on some code it cannot run
			err = fmt.Errorf("the interpreter panicked: %v", r)
		}
	}()
	i := interp.New(interp.Options{GoPath: goPath, Env: os.Environ(), Stdout: output, Stderr: output})
	if err := i.Use(stdlib.Symbols); err != nil {
		return Plugin{}, err
	}
	if _, err := i.EvalWithContext(ctx, fmt.Sprintf("import %q", importPath)); err != nil {
		return Plugin{}, fmt.Errorf("import %s: %w", importPath, err)
	}
	name := strings.ReplaceAll(path.Base(importPath), "-", "_")
	if p.FnNew, err = i.EvalWithContext(ctx, name+".New"); err != nil {
		return Plugin{}, err
	}
	p.FnCreateConfig, err = i.EvalWithContext(ctx, name+".CreateConfig")
	p.Nodes = Nodes(i)
	return p, err
}

// Nodes is how many nodes an interpreter made of source. It numbers them for its debugger.
func Nodes(i *interp.Interpreter) int64 {
	return reflect.ValueOf(i).Elem().FieldByName("nindex").Int()
}

// CreateConfig calls the plugin's CreateConfig.
func (p Plugin) CreateConfig() (reflect.Value, error) {
	results := p.FnCreateConfig.Call(nil)
	if len(results) != 1 {
		return reflect.Value{}, fmt.Errorf("CreateConfig returned %d values, want 1", len(results))
	}
	return results[0], nil
}

// New calls the plugin's New.
func (p Plugin) New(ctx context.Context, next http.Handler, config reflect.Value, name string) (http.Handler, error) {
	results := p.FnNew.Call([]reflect.Value{
		reflect.ValueOf(ctx), reflect.ValueOf(next), config, reflect.ValueOf(name),
	})
	if len(results) != 2 {
		return nil, fmt.Errorf("New returned %d values, want 2", len(results))
	}
	if failure := results[1].Interface(); failure != nil {
		err, ok := failure.(error)
		if !ok {
			err = fmt.Errorf("New returned a %T for an error", failure)
		}
		return nil, err
	}
	handler, ok := results[0].Interface().(http.Handler)
	if !ok {
		return nil, errors.New("New did not return an http.Handler")
	}
	return handler, nil
}

package growth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"

	"github.com/traefik/yaegi/interp"
	"github.com/traefik/yaegi/stdlib"

	"github.com/attrgate/attrgate/middleware/policy"
)

const module = "github.com/attrgate/attrgate"

// interpret loads the plugin into the interpreter, as Traefik does, with a policy.
func interpret(root string, p policy.Policy, next http.Handler) (handler http.Handler, err error) {
	goPath, err := os.MkdirTemp("", "attrgate-yaegi-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(goPath)) }()
	source := filepath.Join(goPath, "src", filepath.FromSlash(module))
	if err := os.MkdirAll(filepath.Dir(source), 0o755); err != nil {
		return nil, err
	}
	if err := os.Symlink(root, source); err != nil {
		return nil, err
	}
	i := interp.New(interp.Options{GoPath: goPath, Stdout: io.Discard, Stderr: io.Discard})
	if err := i.Use(stdlib.Symbols); err != nil {
		return nil, err
	}
	if _, err := i.Eval(fmt.Sprintf("import %q", module+"/plugin")); err != nil {
		return nil, err
	}
	return open(i, p, next)
}

// open calls the plugin's two functions.
func open(i *interp.Interpreter, p policy.Policy, next http.Handler) (http.Handler, error) {
	create, err := i.Eval("plugin.CreateConfig")
	if err != nil {
		return nil, err
	}
	config := create.Call(nil)[0]
	text, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, config.Interface()); err != nil {
		return nil, err
	}
	build, err := i.Eval("plugin.New")
	if err != nil {
		return nil, err
	}
	results := build.Call([]reflect.Value{reflect.ValueOf(context.Background()), reflect.ValueOf(next), config, reflect.ValueOf("bench")})
	if failure, failed := results[1].Interface().(error); failed {
		return nil, failure
	}
	handler, is := results[0].Interface().(http.Handler)
	if !is {
		return nil, errors.New("the plugin is no handler")
	}
	return handler, nil
}

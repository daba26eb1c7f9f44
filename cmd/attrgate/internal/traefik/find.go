package traefik

import (
	"errors"
	"fmt"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
)

// fault is what keeps a document from being read, and where in it.
type fault struct{ path, message string }

// Error implements error.
func (f fault) Error() string { return f.message }

// place is a node of a document and the path to it.
type place struct {
	name string // of the middleware
	node *tree.Node
	path string
}

// find returns the plugin's configuration in a document.
func find(root *tree.Node, form Form, names Names) (place, error) {
	switch form {
	case FormFile:
		return one(inFile(root.Get("http").Get("middlewares"), names.Plugin), names)
	case FormKubernetes:
		return inManifest(root, names)
	}
	return place{}, errors.New("not a document with a plugin")
}

// inFile lists the middlewares of a dynamic configuration that are the plugin.
func inFile(middlewares *tree.Node, plugin string) []place {
	var found []place
	if middlewares == nil {
		return nil
	}
	for _, f := range middlewares.Fields {
		if n := f.Value.Get("plugin").Get(plugin); n != nil {
			found = append(found, place{f.Name, n, "http.middlewares." + f.Name + ".plugin." + plugin})
		}
	}
	return found
}

func inManifest(root *tree.Node, names Names) (place, error) {
	if k := root.Get("kind"); k == nil || k.Scalar != kind {
		return place{}, fault{"kind", "not of the kind " + kind}
	}
	n := root.Get("spec").Get("plugin").Get(names.Plugin)
	if n == nil {
		return place{}, fault{"spec", noPlugin(names)}
	}
	return place{"", n, "spec.plugin." + names.Plugin}, nil
}

func noPlugin(names Names) string {
	return fmt.Sprintf("no plugin %q here; --plugin gives the name that the static configuration has", names.Plugin)
}

// one returns the place that is asked for by name, or the only one.
func one(found []place, names Names) (place, error) {
	var known []string
	for _, p := range found {
		if p.name == names.Middleware {
			return p, nil
		}
		known = append(known, p.name)
	}
	switch {
	case len(found) == 1 && names.Middleware == "":
		return found[0], nil
	case len(found) == 0:
		return place{}, fault{"http", noPlugin(names)}
	case names.Middleware != "":
		return place{}, fault{found[0].path, fmt.Sprintf("no middleware %q; there are: %s", names.Middleware, strings.Join(known, ", "))}
	}
	return place{}, fault{found[0].path, "several middlewares are this plugin; choose one with --name: " + strings.Join(known, ", ")}
}

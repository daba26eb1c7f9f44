package traefik

import (
	"fmt"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
	"github.com/attrgate/attrgate/middleware/policy"
)

// fault is what keeps a document from being read, and where in it.
type fault struct {
	document      *policyfile.Document
	path, message string
}

// Error implements error.
func (f fault) Error() string { return f.message }

// place is a plugin's configuration in a document.
type place struct {
	document *policyfile.Document
	name     string // of the middleware
	node     *tree.Node
	path     string
	origins  map[string]string // from paths below node to paths of the document; nil: they are below path
	doubts   policy.Problems
}

// find returns the plugin's configuration in a file.
func find(documents []*policyfile.Document, form Form, names Names) (place, error) {
	first := documents[0]
	if form != FormKubernetes && len(documents) > 1 {
		return place{}, fault{documents[1], "", "a second document; only Kubernetes has several in one file"}
	}
	switch form {
	case FormFile:
		return one(inFile(first, names.Plugin), first, names)
	case FormLabels:
		found, err := inLabels(first, names.Plugin)
		if err != nil {
			return place{}, err
		}
		return one(found, first, names)
	}
	return one(inManifests(documents, names.Plugin), first, names)
}

// inFile lists the middlewares of a dynamic configuration that are the plugin.
func inFile(d *policyfile.Document, plugin string) []place {
	var found []place
	middlewares := d.Root.Get("http").Get("middlewares")
	if middlewares == nil {
		return nil
	}
	for _, f := range middlewares.Fields {
		if n := f.Value.Get("plugin").Get(plugin); n != nil {
			path := "http.middlewares." + f.Name + ".plugin." + plugin
			found = append(found, place{document: d, name: f.Name, node: n, path: path})
		}
	}
	return found
}

// inManifests lists the Middlewares of Kubernetes that are the plugin.
func inManifests(documents []*policyfile.Document, plugin string) []place {
	var found []place
	for _, d := range documents {
		n := d.Root.Get("spec").Get("plugin").Get(plugin)
		if k := d.Root.Get("kind"); k == nil || k.Scalar != kind || n == nil {
			continue
		}
		p := place{document: d, node: n, path: "spec.plugin." + plugin}
		if name := d.Root.Get("metadata").Get("name"); name != nil {
			p.name = name.Scalar
		}
		found = append(found, p)
	}
	return found
}

func noPlugin(names Names) string {
	return fmt.Sprintf("no plugin %q here; --plugin gives the name that the static configuration has", names.Plugin)
}

// one returns the place that is asked for by name, or the only one.
func one(found []place, first *policyfile.Document, names Names) (place, error) {
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
		return place{}, fault{first, "", noPlugin(names)}
	case names.Middleware != "":
		return place{}, fault{found[0].document, found[0].path, fmt.Sprintf("no middleware %q; there are: %s", names.Middleware, strings.Join(known, ", "))}
	}
	return place{}, fault{found[0].document, found[0].path, "several middlewares are this plugin; choose one with --name: " + strings.Join(known, ", ")}
}

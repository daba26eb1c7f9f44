// Package openapi describes what the routes of a policy accept, in OpenAPI 3.1.
//
// A body that the gate admits is valid by the description. The reverse does not hold
// everywhere: JSON Schema counts characters and not UTF-16 units, knows a key only in one
// spelling, and cannot see a duplicate name; the descriptions say in words what it leaves out.
package openapi

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
	"github.com/attrgate/attrgate/middleware/policy"
)

// methods are those that a path of OpenAPI 3.1 can have.
var methods = map[string]bool{
	"GET": true, "PUT": true, "POST": true, "DELETE": true, "OPTIONS": true, "HEAD": true, "PATCH": true, "TRACE": true,
}

// Describe returns the description of a policy without problems. Routes that OpenAPI has no
// word for are problems.
func Describe(p policy.Policy) (*tree.Node, policy.Problems, error) {
	d := description{paths: tree.NewMap(), schemas: tree.NewMap(), schemes: tree.NewMap(), templates: map[string][]string{}, ids: map[string]bool{}}
	addProblem(d.schemas)
	for i, route := range p.Expand().Routes {
		if err := d.add(route, "routes["+strconv.Itoa(i)+"]"); err != nil {
			return nil, nil, err
		}
	}
	info := tree.NewMap(
		tree.F("title", "What attrgate admits"),
		tree.F("description", "The routes that a policy guards. Requests to other paths, and with other methods, pass."),
		tree.F("version", "1"),
	)
	return tree.NewMap(
		tree.F("openapi", "3.1.0"), tree.F("info", info), tree.F("paths", d.paths),
		tree.F("components", tree.NewMap(tree.F("schemas", d.schemas), tree.F("securitySchemes", d.schemes))),
	), d.found, nil
}

// description is a document that grows route by route.
type description struct {
	paths, schemas, schemes *tree.Node

	templates map[string][]string // the variables of each path, by its shape
	ids       map[string]bool
	found     policy.Problems
}

func (d *description) add(route policy.Route, at string) error {
	method, path, _ := strings.Cut(route.Match, " ")
	if !methods[method] {
		d.found.Add(at+".match", "OpenAPI 3.1 has no method %s", method)
		return nil
	}
	words, err := typeTable(route.Types == "documented")
	if err != nil {
		return err
	}
	path, variables := d.template(path)
	item := d.paths.Get(path)
	if item == nil {
		item = tree.NewMap()
		d.paths.Add(path, item)
	}
	name := strings.ToLower(method)
	if item.Get(name) != nil {
		d.found.Add(at, "an earlier route has this method and path: this one is never asked")
		return nil
	}
	v := values{route: route, id: d.id(route.Name), schemas: d.schemas, words: words}
	item.Add(name, v.operation(variables))
	for _, scheme := range schemes(route) {
		if d.schemes.Get(schemeName(scheme)) == nil {
			d.schemes.Add(schemeName(scheme), securityScheme(scheme))
		}
	}
	return nil
}

var variable = regexp.MustCompile(`\{[^}]*\}`)

// template returns a path in the form in which it is in the document: two that differ only in
// the names of their variables are one in OpenAPI.
func (d *description) template(path string) (string, []string) {
	shape := variable.ReplaceAllString(path, "{}")
	names, known := d.templates[shape]
	if !known {
		names = variablesOf(path)
		d.templates[shape] = names
	}
	for _, name := range names {
		shape = strings.Replace(shape, "{}", "{"+name+"}", 1)
	}
	return shape, names
}

// id makes an identifier of a route's name that no other route has.
func (d *description) id(name string) string {
	base := strings.Trim(unsafeInName.ReplaceAllString(name, "-"), "-")
	id := base
	for i := 2; d.ids[id]; i++ {
		id = base + "-" + strconv.Itoa(i)
	}
	d.ids[id] = true
	return id
}

package traefik

import (
	"errors"
	"reflect"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Read returns the policy that a plugin of a document has. Names choose the middleware, where
// there are several, and the plugin. The error is policyfile.Problems; what is wrong with the
// policy comes from the file's Problems.
func Read(d *policyfile.Document, form Form, names Names) (*policyfile.File, error) {
	dec := decoder{origins: map[string]string{}}
	var chosen place
	var err error
	if form == FormLabels {
		chosen, dec.given, err = inLabels(d.Root, names)
	} else {
		chosen, err = find(d.Root, form, names)
		dec.root = chosen.path
	}
	if at := (fault{}); errors.As(err, &at) {
		return nil, d.Problem(at.path, at.message)
	}
	if err != nil {
		return nil, err
	}
	found := dec.decode(chosen.node, reflect.TypeFor[policy.Policy](), "", "")
	for _, t := range texts(found, "", false) {
		if form == FormKubernetes && isReference(t.value) {
			dec.found.Add(t.path, "its value is in a Kubernetes Secret; a policy file can name an environment variable or a file instead")
		}
	}
	file := d.Translated(found.JSON(), dec.origins)
	file.Refuse(dec.found)
	return file, nil
}

func isReference(n *tree.Node) bool { return wholeReference.MatchString(n.Scalar) }

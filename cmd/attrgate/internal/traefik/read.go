package traefik

import (
	"errors"
	"reflect"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Read returns the policy that a plugin of a file has. Names choose the middleware, where
// there are several, and the plugin. What Traefik may take otherwise than its writer is listed.
// The error is policyfile.Problems; what is wrong with the policy comes from the file's
// Problems.
func Read(documents []*policyfile.Document, form Form, names Names) (*policyfile.File, policy.Problems, error) {
	chosen, err := find(documents, form, names)
	if at := (fault{}); errors.As(err, &at) {
		return nil, nil, at.document.Problem(at.path, at.message)
	}
	if err != nil {
		return nil, nil, err
	}
	dec := decoder{given: chosen.origins, root: chosen.path, origins: map[string]string{}}
	found := dec.decode(chosen.node, reflect.TypeFor[policy.Policy](), "", "")
	for _, t := range texts(found, "", false) {
		if form == FormKubernetes && isReference(t.value) {
			dec.found.Add(t.path, "its value is in a Kubernetes Secret; a policy file can name an environment variable or a file instead")
		}
	}
	file := chosen.document.Translated(found.JSON(), dec.origins)
	file.Refuse(dec.found)
	return file, chosen.doubts, nil
}

func isReference(n *tree.Node) bool { return wholeReference.MatchString(n.Scalar) }

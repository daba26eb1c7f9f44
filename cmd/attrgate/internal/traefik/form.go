package traefik

import (
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
)

// Form is what a document is.
type Form string

// The forms that can be read. Traefik's file provider has one content in two languages.
const (
	FormPolicy     Form = "policy"
	FormFile       Form = "file"
	FormLabels     Form = "labels"
	FormKubernetes Form = "kubernetes"
)

// Detect says which form a document has.
func Detect(root *tree.Node) Form {
	switch {
	case root.Get("http").Get("middlewares") != nil, root.Get("http").Get("routers") != nil:
		return FormFile
	case root.Get("kind") != nil && root.Get("apiVersion") != nil:
		return FormKubernetes
	case len(services(root)) > 0 || len(labelsOf(root, "")) > 0 || root.Get("labels") != nil:
		return FormLabels
	}
	return FormPolicy
}

// services lists the services of a Compose file that have labels.
func services(root *tree.Node) []tree.Field {
	var found []tree.Field
	if all := root.Get("services"); all != nil {
		for _, f := range all.Fields {
			if f.Value.Get("labels") != nil {
				found = append(found, f)
			}
		}
	}
	return found
}

// label is a label that configures a plugin of Traefik.
type label struct {
	key, value string
	path       string // in the document
}

// labelsOf lists the labels of a node: the fields of a map, or a list of KEY=VALUE.
func labelsOf(n *tree.Node, path string) []label {
	var found []label
	for _, f := range n.Fields {
		found = append(found, label{f.Name, f.Value.Scalar, join(path, f.Name)})
	}
	for i, item := range n.Items {
		key, value, _ := strings.Cut(item.Scalar, "=")
		found = append(found, label{key, value, element(path, i)})
	}
	kept := found[:0]
	for _, l := range found {
		if hasFold(l.key, "traefik.http.middlewares.") {
			kept = append(kept, l)
		}
	}
	return kept
}

func hasFold(text, prefix string) bool {
	return len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix)
}

package traefik

import (
	"slices"
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
	case len(compose(root)) > 0 || len(labelsOf(root, "")) > 0:
		return FormLabels
	}
	return FormPolicy
}

// labelled is a node of a Compose file that has labels, and the path to them.
type labelled struct {
	labels *tree.Node
	path   string
}

// compose lists the labels in a Compose file: those of its services, those for Swarm, and
// those that stand alone.
func compose(root *tree.Node) []labelled {
	found := []labelled{{root.Get("labels"), "labels"}}
	if services := root.Get("services"); services != nil {
		for _, f := range services.Fields {
			path := "services." + f.Name
			found = append(found, labelled{f.Value.Get("labels"), path + ".labels"},
				labelled{f.Value.Get("deploy").Get("labels"), path + ".deploy.labels"})
		}
	}
	return slices.DeleteFunc(found, func(l labelled) bool { return l.labels == nil })
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

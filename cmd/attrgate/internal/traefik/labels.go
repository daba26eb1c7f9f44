package traefik

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Labels returns the labels of a Compose service that make a middleware.
func Labels(p policy.Policy, names Names) *tree.Node {
	labels := tree.NewMap()
	root := fmt.Sprintf("traefik.http.middlewares.%s.plugin.%s", names.Middleware, names.Plugin)
	addLabels(labels, root, Tree(p))
	if names.Service == "" {
		return tree.Nest(labels, "labels")
	}
	return tree.Nest(labels, "services", names.Service, "labels")
}

func addLabels(labels *tree.Node, key string, n *tree.Node) {
	switch joined, plain := commaList(n); {
	case n.Kind == tree.Map:
		for _, f := range n.Fields {
			addLabels(labels, key+"."+f.Name, f.Value)
		}
	case plain:
		addLabel(labels, key, joined)
	case n.Kind == tree.List:
		width := len(strconv.Itoa(len(n.Items) - 1))
		for i, item := range n.Items {
			// Traefik orders the indexes of labels as texts: [10] would come before [2].
			addLabels(labels, fmt.Sprintf("%s[%0*d]", key, width, i), item)
		}
	default:
		addLabel(labels, key, n.Scalar)
	}
}

// addLabel adds a label for Compose, which puts variables in the place of a dollar sign and
// what follows, and a dollar sign in the place of two.
func addLabel(labels *tree.Node, key, value string) {
	value = strings.ReplaceAll(value, "$", "$$")
	labels.Fields = append(labels.Fields, tree.Field{Name: key, Value: tree.NewText(value)})
}

// commaList writes a list of texts as one text, and tells whether Traefik would make the same
// list of it.
func commaList(n *tree.Node) (text string, plain bool) {
	if n.Kind != tree.List {
		return "", false
	}
	items := make([]string, len(n.Items))
	for i, item := range n.Items {
		if item.Kind != tree.Text || item.Scalar == "" || strings.Contains(item.Scalar, ",") {
			return "", false
		}
		items[i] = item.Scalar
	}
	return strings.Join(items, ","), true
}

package traefik

import (
	"strconv"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
)

// text is a text of a policy and where it stands.
type text struct {
	path   string
	value  *tree.Node
	inList bool
}

// texts lists all texts of a policy.
func texts(n *tree.Node, path string, inList bool) []text {
	var found []text
	switch n.Kind {
	case tree.Text:
		return []text{{path, n, inList}}
	case tree.List:
		for i, item := range n.Items {
			found = append(found, texts(item, element(path, i), true)...)
		}
	case tree.Map:
		for _, f := range n.Fields {
			found = append(found, texts(f.Value, join(path, f.Name), false)...)
		}
	}
	return found
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func element(path string, index int) string {
	return path + "[" + strconv.Itoa(index) + "]"
}

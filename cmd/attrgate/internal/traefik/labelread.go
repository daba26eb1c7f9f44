package traefik

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
	"github.com/attrgate/attrgate/middleware/policy"
)

// variable is what Compose replaces in a text that has no doubled dollar signs any more.
var variable = regexp.MustCompile(`\$(?:[A-Za-z_][A-Za-z0-9_]*|\{[^}]*\}?)`)

// branch is a label's way through the configuration: names and indexes.
type branch struct {
	children []*branch
	name     string
	leaf     *label
}

// inLabels lists the middlewares of labels that are the plugin.
func inLabels(d *policyfile.Document, plugin string) ([]place, error) {
	labels, err := allLabels(d)
	if err != nil {
		return nil, err
	}
	var names []string
	trees, first := map[string]*branch{}, map[string]string{}
	for _, l := range labels {
		parts := steps(l.key)
		if len(parts) < 7 || !strings.EqualFold(parts[4], "plugin") || parts[5] != plugin {
			continue
		}
		name := parts[3]
		if trees[name] == nil {
			names = append(names, name)
			trees[name], first[name] = &branch{}, l.path
		}
		trees[name].add(parts[6:], &l)
	}
	var found []place
	for _, name := range names {
		origins := map[string]string{"": first[name]}
		found = append(found, place{d, name, trees[name].node("", origins), first[name], origins, trees[name].misordered("")})
	}
	return found, nil
}

// steps divides a label's key as Traefik does: at dots, and before an index. The fields of
// the plugin begin with the seventh.
func steps(key string) []string {
	var parts []string
	for _, part := range strings.Split(key, ".") {
		name, index, indexed := strings.Cut(part, "[")
		parts = append(parts, name)
		if indexed {
			parts = append(parts, "["+index)
		}
	}
	return parts
}

// allLabels lists the labels of a document in the order in which Traefik takes them.
func allLabels(d *policyfile.Document) ([]label, error) {
	labels := labelsOf(d.Root, "")
	for _, l := range compose(d.Root) {
		more, err := composeLabels(d, l)
		if err != nil {
			return nil, err
		}
		labels = append(labels, more...)
	}
	slices.SortStableFunc(labels, func(a, b label) int { return strings.Compare(a.key, b.key) })
	return labels, nil
}

// composeLabels undoes what Compose asks for in texts.
func composeLabels(d *policyfile.Document, l labelled) ([]label, error) {
	labels := labelsOf(l.labels, l.path)
	for i, l := range labels {
		if v := variable.FindString(strings.ReplaceAll(l.value, "$$", "")); v != "" {
			return nil, fault{d, l.path, fmt.Sprintf("%s is a variable of Compose, whose value is not known here; for a dollar sign write $$", v)}
		}
		labels[i].value = strings.ReplaceAll(l.value, "$$", "$")
	}
	return labels, nil
}

func (b *branch) add(parts []string, l *label) {
	if len(parts) == 0 {
		b.leaf = l
		return
	}
	for _, child := range b.children {
		if strings.EqualFold(child.name, parts[0]) {
			child.add(parts[1:], l)
			return
		}
	}
	child := &branch{name: parts[0]}
	b.children = append(b.children, child)
	child.add(parts[1:], l)
}

// node makes a document of the labels. Elements of a list come in the order of their keys as
// texts, whatever their indexes say: so Traefik has it.
func (b *branch) node(path string, origins map[string]string) *tree.Node {
	if len(b.children) == 0 {
		origins[path] = b.leaf.path
		return tree.NewText(b.leaf.value)
	}
	n := &tree.Node{Kind: tree.Map}
	if strings.HasPrefix(b.children[0].name, "[") {
		n.Kind = tree.List
	}
	for i, child := range b.children {
		at := join(path, child.name)
		if n.Kind == tree.List {
			at = element(path, i)
		}
		value := child.node(at, origins)
		if _, known := origins[path]; !known {
			origins[path] = origins[at]
		}
		n.Items = append(n.Items, value)
		n.Fields = append(n.Fields, tree.Field{Name: child.name, Value: value})
	}
	if n.Kind == tree.List {
		n.Fields = nil
		return n
	}
	n.Items = nil
	return n
}

// misordered lists the lists whose elements come in another order than their indexes say.
func (b *branch) misordered(path string) policy.Problems {
	var found policy.Problems
	last := -1
	for i, child := range b.children {
		at := join(path, child.name)
		if index, err := strconv.Atoi(strings.Trim(child.name, "[]")); err == nil && child.name[0] == '[' {
			at = element(path, i)
			if index < last {
				found.Add(path, "Traefik orders indexes as texts, so [%d] comes after [%d]; write all with as many digits, such as [%02d]", index, last, index)
			}
			last = index
		}
		found = append(found, child.misordered(at)...)
	}
	return found
}

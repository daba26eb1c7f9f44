package tree

import (
	"regexp"
	"strings"
)

var bareKey = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// TOML writes a document that is a map, in tables. Of the kinds of lists it knows those of
// scalars and those of maps; nulls are left out.
func (n *Node) TOML() []byte {
	var out strings.Builder
	writeTable(&out, n, "")
	return []byte(strings.TrimLeft(out.String(), "\n"))
}

// writeTable writes first what stands in the table itself, and then the tables within it.
func writeTable(out *strings.Builder, n *Node, path string) {
	for _, f := range n.Fields {
		if f.Value.Kind != Null && !isTables(f.Value) {
			out.WriteString(tomlKey(f.Name) + " = " + tomlValue(f.Value) + "\n")
		}
	}
	for _, f := range n.Fields {
		at := tomlKey(f.Name)
		if path != "" {
			at = path + "." + at
		}
		if f.Value.Kind == Map {
			writeSubtable(out, f.Value, at)
		} else if isTables(f.Value) {
			for _, item := range f.Value.Items {
				out.WriteString("\n[[" + at + "]]\n")
				writeTable(out, item, at)
			}
		}
	}
}

// writeSubtable leaves out the line of a table that has only tables in it.
func writeSubtable(out *strings.Builder, n *Node, path string) {
	own := len(n.Fields) == 0
	for _, f := range n.Fields {
		own = own || !isTables(f.Value)
	}
	if own {
		out.WriteString("\n[" + path + "]\n")
	}
	writeTable(out, n, path)
}

// isTables tells whether a value is written as tables.
func isTables(n *Node) bool {
	return n.Kind == Map || n.Kind == List && len(n.Items) > 0 && n.Items[0].Kind == Map
}

func tomlKey(name string) string {
	if bareKey.MatchString(name) {
		return name
	}
	return quote(name)
}

func tomlValue(n *Node) string {
	switch n.Kind {
	case Text:
		return quote(n.Scalar)
	case List:
		items := make([]string, len(n.Items))
		for i, item := range n.Items {
			items[i] = tomlValue(item)
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	return n.Scalar
}

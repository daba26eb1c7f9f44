package tree

import (
	"regexp"
	"strings"
)

// flowWidth is how long a list on one line may get.
const flowWidth = 100

var (
	// plain is what needs no quotes anywhere in YAML, and looks like nothing but text.
	plain = regexp.MustCompile(`^[A-Za-z/_][A-Za-z0-9_./+@=-]*(?: [A-Za-z0-9_./+@=-]+)*$`)

	// plainOutside is what needs none outside of lists in brackets.
	plainOutside = regexp.MustCompile(`^[A-Za-z/_][A-Za-z0-9_./+@={}-]*(?:(?: |:/|:)[A-Za-z0-9_./+@={}-]+)*$`)

	// block is a text of printable lines.
	block = regexp.MustCompile(`^[!-~][ -~]*(?:\n[!-~][ -~]*)+\n?$`)
)

// words are read as something else than text by one version of YAML or another.
var words = map[string]bool{
	"true": true, "false": true, "yes": true, "no": true, "on": true, "off": true, "y": true, "n": true, "null": true,
}

// YAMLText writes a text so that it can stand anywhere in YAML, also in brackets.
func YAMLText(text string) string { return yamlText(text, plain) }

// YAML writes the document, in blocks. It can be read with YAML 1.1 and 1.2.
func (n *Node) YAML() []byte {
	var out strings.Builder
	writeYAML(&out, n, "")
	return []byte(out.String())
}

// writeYAML writes a value that starts on a line of its own.
func writeYAML(out *strings.Builder, n *Node, indent string) {
	switch {
	case n.Kind == Map && len(n.Fields) > 0:
		for i, f := range n.Fields {
			if i > 0 {
				out.WriteString(indent)
			}
			out.WriteString(YAMLText(f.Name) + ":")
			writeYAMLAfter(out, f.Value, indent)
		}
	case n.Kind == List && len(n.Items) > 0:
		for i, item := range n.Items {
			if i > 0 {
				out.WriteString(indent)
			}
			out.WriteString("- ")
			writeYAMLItem(out, item, indent)
		}
	default:
		out.WriteString(yamlScalar(n) + "\n")
	}
}

func writeYAMLItem(out *strings.Builder, item *Node, indent string) {
	if item.Kind == Text && isBlock(item.Scalar) {
		out.WriteString(blockHeader(item.Scalar))
		writeBlock(out, item.Scalar, indent+"  ")
		return
	}
	writeYAML(out, item, indent+"  ")
}

// writeYAMLAfter writes a value behind the colon of its name.
func writeYAMLAfter(out *strings.Builder, n *Node, indent string) {
	flow, short := flowList(n)
	switch {
	case n.Kind == Text && isBlock(n.Scalar):
		out.WriteString(" " + blockHeader(n.Scalar))
		writeBlock(out, n.Scalar, indent+"  ")
	case short:
		out.WriteString(" " + flow + "\n")
	case n.Kind == Map && len(n.Fields) > 0 || n.Kind == List && len(n.Items) > 0:
		out.WriteString("\n" + indent + "  ")
		writeYAML(out, n, indent+"  ")
	default:
		out.WriteString(" " + yamlScalar(n) + "\n")
	}
}

// flowList writes a list of scalars on one line, and tells whether it is one and fits.
func flowList(n *Node) (text string, short bool) {
	if n.Kind != List || len(n.Items) == 0 {
		return "", false
	}
	items := make([]string, len(n.Items))
	for i, item := range n.Items {
		if item.Kind == Map || item.Kind == List || item.Kind == Text && isBlock(item.Scalar) {
			return "", false
		}
		items[i] = flowScalar(item)
	}
	text = "[" + strings.Join(items, ", ") + "]"
	return text, len(text) <= flowWidth
}

func flowScalar(n *Node) string {
	if n.Kind == Text {
		return YAMLText(n.Scalar)
	}
	return yamlScalar(n)
}

func yamlScalar(n *Node) string {
	switch n.Kind {
	case Text:
		return yamlText(n.Scalar, plainOutside)
	case Map:
		return "{}"
	case List:
		return "[]"
	case Null:
		return "null"
	}
	return n.Scalar
}

func yamlText(text string, unquoted *regexp.Regexp) string {
	if unquoted.MatchString(text) && !words[strings.ToLower(text)] && !strings.Contains(text, "{{") {
		return text
	}
	return quote(text)
}

// isBlock tells whether a text can be written line by line.
func isBlock(text string) bool {
	return block.MatchString(text) && !strings.Contains(text, "{{")
}

func blockHeader(text string) string {
	if strings.HasSuffix(text, "\n") {
		return "|\n"
	}
	return "|-\n"
}

func writeBlock(out *strings.Builder, text, indent string) {
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		out.WriteString(indent + line + "\n")
	}
}

package tree

import (
	"bytes"
	"encoding/json"
	"strings"
)

// JSON writes the document, indented by two spaces.
func (n *Node) JSON() []byte {
	var compact strings.Builder
	writeJSON(&compact, n)
	var out bytes.Buffer
	// It fails for what is not JSON: nothing that was written here.
	_ = json.Indent(&out, []byte(compact.String()), "", "  ")
	out.WriteByte('\n')
	return out.Bytes()
}

func writeJSON(out *strings.Builder, n *Node) {
	switch n.Kind {
	case Map:
		writeAll(out, "{}", len(n.Fields), func(i int) {
			out.WriteString(jsonText(n.Fields[i].Name) + ":")
			writeJSON(out, n.Fields[i].Value)
		})
	case List:
		writeAll(out, "[]", len(n.Items), func(i int) { writeJSON(out, n.Items[i]) })
	case Text:
		out.WriteString(jsonText(n.Scalar))
	case Null:
		out.WriteString("null")
	default:
		out.WriteString(n.Scalar)
	}
}

func writeAll(out *strings.Builder, brackets string, count int, write func(int)) {
	out.WriteByte(brackets[0])
	for i := range count {
		if i > 0 {
			out.WriteByte(',')
		}
		write(i)
	}
	out.WriteByte(brackets[1])
}

func jsonText(text string) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a text: cannot fail
	return strings.TrimSuffix(out.String(), "\n")
}

package attribute

import (
	"strings"

	"github.com/attrgate/attrgate/middleware/internal/jsondoc"
)

// Write returns the body with every key replaced by its name, and how many that changed.
// Where none did, it returns the body itself; where some did, every other byte is kept.
func Write(r *Rules, body []byte, attributes []Attribute) ([]byte, int) {
	var out strings.Builder
	renamed, from := 0, 0
	for i := range attributes {
		a := &attributes[i]
		if a.Name == a.Key {
			continue
		}
		renamed++
		start, end, text := a.keyFrom, a.keyTo, jsondoc.Quote(a.Name)
		if r.list {
			start, end = a.element.Start, a.element.End
			text = jsondoc.Set(a.element.Text, "key", text)
		}
		out.Write(body[from:start])
		out.WriteString(text)
		from = end
	}
	if renamed == 0 {
		return body, 0
	}
	out.Write(body[from:])
	return []byte(out.String()), renamed
}

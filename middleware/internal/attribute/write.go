package attribute

import (
	"strings"

	"github.com/attrgate/attrgate/middleware/internal/jsondoc"
)

// Changes counts what Write changed.
type Changes struct {
	Any       bool // the body is not the one that came
	Renamed   int  // keys replaced by names
	Rewritten int  // types or values replaced
	Dropped   int  // attributes left out
}

// Write returns the body as it is to be forwarded, and what changed. Where nothing did, it
// returns the body itself; where something did, every other byte is kept.
func Write(r *Rules, body []byte, b *Body) ([]byte, Changes) {
	changes := countChanges(b.Attributes)
	changes.Any = b.changed || changes.Renamed+changes.Rewritten+changes.Dropped > 0
	if !changes.Any {
		return body, changes
	}
	var out strings.Builder
	last := len(b.Attributes) - 1
	start, _ := span(r, &b.Attributes[0])
	_, end := span(r, &b.Attributes[last])
	out.WriteString(b.text[:start])
	kept := 0
	for i := range b.Attributes {
		if b.Attributes[i].Dropped {
			continue
		}
		if kept > 0 {
			out.WriteString(separator(r, b, i))
		}
		out.WriteString(render(r, b, &b.Attributes[i]))
		kept++
	}
	out.WriteString(b.text[end:])
	return []byte(out.String()), changes
}

func countChanges(attributes []Attribute) Changes {
	var c Changes
	for i := range attributes {
		a := &attributes[i]
		if a.Dropped {
			c.Dropped++
			continue
		}
		if a.Name != a.Key {
			c.Renamed++
		}
		if a.newType != "" || a.newValue != "" {
			c.Rewritten++
		}
	}
	return c
}

// span is where an attribute stands in the document.
func span(r *Rules, a *Attribute) (start, end int) {
	if r.list {
		return a.element.Start, a.element.End
	}
	return a.keyFrom, a.Value.End
}

// separator is the comma before an attribute, with the white space around it.
func separator(r *Rules, b *Body, i int) string {
	_, end := span(r, &b.Attributes[i-1])
	start, _ := span(r, &b.Attributes[i])
	return b.text[end:start]
}

// render writes one attribute with what changed in it.
func render(r *Rules, b *Body, a *Attribute) string {
	if r.list {
		return renderElement(r, a)
	}
	key, value := b.text[a.keyFrom:a.keyTo], b.text[a.Value.Start:a.Value.End]
	if a.Name != a.Key {
		key = jsondoc.Quote(a.Name)
	}
	if a.newValue != "" {
		value = a.newValue
	}
	return key + b.text[a.keyTo:a.Value.Start] + value
}

func renderElement(r *Rules, a *Attribute) string {
	text := a.element.Text
	if a.Name != a.Key {
		text = jsondoc.Set(text, r.members.key, jsondoc.Quote(a.Name))
	}
	if a.newType != "" {
		text = jsondoc.Set(text, r.members.kind, jsondoc.Quote(a.newType))
	}
	if a.newValue != "" {
		text = jsondoc.Set(text, r.members.value, a.newValue)
	}
	return text
}

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
func Write(r *Rules, b *Body) (string, Changes) {
	if b.skimmed {
		return writeSkimmed(b)
	}
	changes := countChanges(b.Attributes)
	changes.Any = b.changed || changes.Renamed+changes.Rewritten+changes.Dropped > 0
	if !changes.Any {
		return b.text, changes
	}
	var out strings.Builder
	last := len(b.Attributes) - 1
	out.Grow(len(b.text))
	out.WriteString(b.text[:b.Attributes[0].start])
	kept := 0
	for i := range b.Attributes {
		if b.Attributes[i].Dropped {
			continue
		}
		if kept > 0 {
			out.WriteString(b.text[b.Attributes[i-1].end:b.Attributes[i].start]) // a comma, with white space
		}
		render(r, b, &b.Attributes[i], &out)
		kept++
	}
	out.WriteString(b.text[b.Attributes[last].end:])
	return out.String(), changes
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

// render writes one attribute with what changed in it.
func render(r *Rules, b *Body, a *Attribute, out *strings.Builder) {
	if r.list {
		out.WriteString(renderElement(r, a, b.text[a.start:a.end]))
		return
	}
	value := b.text[a.Value.Start:a.end]
	if a.newValue != "" {
		value = a.newValue
	}
	if a.Name == a.Key {
		out.WriteString(b.text[a.start:a.keyTo])
	} else {
		jsondoc.WriteQuoted(out, a.Name)
	}
	out.WriteString(b.text[a.keyTo:a.Value.Start])
	out.WriteString(value)
}

func renderElement(r *Rules, a *Attribute, text string) string {
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

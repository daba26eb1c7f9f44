//go:build !yaegi
// +build !yaegi

package attribute

import (
	"strings"

	"github.com/attrgate/attrgate/middleware/internal/jsondoc"
)

// renamed is the member of an object whose key becomes another name.
type renamed struct {
	member int
	name   string
}

// Skim is Read for who looks at attributes through the steps alone. Where it is plain that
// all of them go on, with no other change than the usual wrapper taken off keys, it lists
// none, and there is nothing to do for the steps but to write: most bodies are such, and
// cost half as much then (BenchmarkBodySize).
func Skim(r *Rules, text string) (*Body, *Fault) {
	b := take(r)
	b.skimmed = r.aids.skims
	if fault := read(r, b, text); fault != nil {
		return nil, fault
	}
	return b, nil
}

// listMembers makes attributes of an object's members.
func listMembers(r *Rules, b *Body) {
	b.skimmed = b.skimmed && !b.changed && allGoOn(r, b)
	if !b.skimmed {
		addMembers(r, b, b.outline.Members)
	}
}

// Names returns the names of the attributes that go on, in order.
func Names(b *Body) []string {
	if !b.skimmed {
		return listedNames(b)
	}
	found := b.outline.Members
	names := make([]string, 0, len(found))
	for i := range found {
		names = append(names, found[i].Name)
	}
	for _, other := range b.renamed {
		names[other.member] = other.name
	}
	return names
}

// skims tells whether a route's bodies may list nothing: if no rule is about a body as a whole.
func skims(r *Rules) bool {
	return !r.list && r.lenient && len(r.required) == 0
}

// allGoOn tells whether all members are attributes to which Name and Check object nothing,
// and of which Write changes no more than names, which it notes. Where it says no, it may be
// so all the same.
func allGoOn(r *Rules, b *Body) bool {
	b.renamed = b.renamed[:0]
	for i := range b.outline.Members {
		m := &b.outline.Members[i]
		name := m.Name
		if !stands(r.naming, name) {
			name = usuallyWrapped(r.naming, name)
			if name == "" {
				return false
			}
			b.renamed = append(b.renamed, renamed{member: i, name: name})
		}
		if m.Value.Kind != jsondoc.String || !good(r, ruleFor(r, name), m.Value.Text) {
			return false
		}
	}
	return len(b.renamed) == 0 || allDiffer(b)
}

// good tells whether a string has no more to satisfy than a type, and does.
func good(r *Rules, own *rule, text string) bool {
	if own == nil {
		return len(text) <= r.limits.ValueLength
	}
	alone := own.typed && len(own.values) == 0 && own.pattern == nil && own.least == 0 && own.most == 0
	return alone && text != "" && len(text) <= own.kind.most && fits(r.values.forms, own.kind, text)
}

// fewPairs is up to how many names are compared each with each: sixteen with sixteen.
const fewPairs = fewNames * fewNames

// allDiffer tells whether no other name is one that is there already. Keys that get another
// name have dots, and names here have none.
func allDiffer(b *Body) bool {
	if len(b.renamed)*len(b.outline.Members) > fewPairs {
		return false
	}
	for i, one := range b.renamed {
		for _, other := range b.renamed[:i] {
			if one.name == other.name {
				return false
			}
		}
		for j := range b.outline.Members {
			if one.name == b.outline.Members[j].Name {
				return false
			}
		}
	}
	return true
}

// writeSkimmed is Write for a body that is skimmed. Its names need no escapes.
func writeSkimmed(b *Body) (string, Changes) {
	if len(b.renamed) == 0 {
		return b.text, Changes{}
	}
	found, size := b.outline.Members, len(b.text)
	for _, other := range b.renamed {
		m := &found[other.member]
		size += len(`""`) + len(other.name) - (m.NameEnd - m.NameStart)
	}
	var out strings.Builder
	out.Grow(size)
	written := 0
	for _, other := range b.renamed {
		m := &found[other.member]
		out.WriteString(b.text[written : m.NameStart+1])
		out.WriteString(other.name)
		written = m.NameEnd - 1
	}
	out.WriteString(b.text[written:])
	return out.String(), Changes{Any: true, Renamed: len(b.renamed)}
}

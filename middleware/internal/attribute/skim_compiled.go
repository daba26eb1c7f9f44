//go:build !yaegi
// +build !yaegi

package attribute

import "github.com/attrgate/attrgate/middleware/internal/jsondoc"

// Skim is Read for who looks at attributes through the steps alone. Where it is plain that
// all of them go on as they are, it lists none, and there is nothing to do for the steps:
// most bodies are such, and cost half as much then (BenchmarkBodySize).
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
	found := b.outline.Members
	b.skimmed = b.skimmed && !b.changed && allStay(r, found)
	if b.skimmed {
		return
	}
	addMembers(r, b, found)
}

// Names returns the names of the attributes that go on, in order.
func Names(b *Body) []string {
	if b.skimmed {
		return memberNames(b.outline.Members)
	}
	return listedNames(b)
}

func memberNames(members []jsondoc.Member) []string {
	names := make([]string, 0, len(members))
	for i := range members {
		names = append(names, members[i].Name)
	}
	return names
}

// skims tells whether a route's bodies may list nothing: if no rule is about a body as a whole.
func skims(r *Rules) bool {
	return !r.list && r.lenient && len(r.required) == 0
}

// allStay tells whether all members are attributes to which Name and Check object nothing,
// and of which Write changes nothing. Where it says no, it may be so all the same.
func allStay(r *Rules, members []jsondoc.Member) bool {
	for i := range members {
		m := &members[i]
		if m.Value.Kind != jsondoc.String || !stands(r.naming, m.Name) || !good(r, ruleFor(r, m.Name), m.Value) {
			return false
		}
	}
	return true
}

// good tells whether a string has no more to satisfy than a type, and does.
func good(r *Rules, own *rule, v jsondoc.Value) bool {
	if own == nil {
		return len(v.Text) <= r.limits.ValueLength
	}
	alone := own.typed && len(own.values) == 0 && own.pattern == nil && own.least == 0 && own.most == 0
	return alone && misfit(r.values, own.kind, v) == ""
}

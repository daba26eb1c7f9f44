//go:build yaegi
// +build yaegi

package attribute

// Skim is Read for who looks at attributes through the steps alone.
func Skim(r *Rules, text string) (*Body, *Fault) {
	b := take(r)
	if fault := read(r, b, text); fault != nil {
		return nil, fault
	}
	return b, nil
}

// listMembers makes attributes of an object's members.
func listMembers(r *Rules, b *Body) {
	found := b.outline.Members
	b.Attributes = make([]Attribute, 0, len(found))
	for i := range found {
		m := &found[i]
		b.Attributes = append(b.Attributes, Attribute{
			Key: m.Name, Value: m.Value, rules: r, place: i, start: m.NameStart, keyTo: m.NameEnd, end: m.Value.End,
		})
	}
}

// Names returns the names of the attributes that go on, in order.
func Names(b *Body) []string {
	names := make([]string, 0, len(b.Attributes))
	for i := range b.Attributes {
		if b.Attributes[i].Name != "" && !b.Attributes[i].Dropped {
			names = append(names, b.Attributes[i].Name)
		}
	}
	return names
}

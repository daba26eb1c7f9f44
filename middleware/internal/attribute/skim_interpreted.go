//go:build yaegi
// +build yaegi

package attribute

// renamed would be a member whose key becomes another name; here none is skimmed.
type renamed struct{}

// Skim is Read for who looks at attributes through the steps alone.
func Skim(r *Rules, text string) (*Body, *Fault) {
	b := take(r)
	if fault := read(r, b, text); fault != nil {
		return nil, fault
	}
	return b, nil
}

// listMembers makes attributes of an object's members.
func listMembers(r *Rules, b *Body) { addMembers(r, b, b.outline.Members) }

// Names returns the names of the attributes that go on, in order.
func Names(b *Body) []string { return listedNames(b) }

// writeSkimmed is never asked: here all attributes are listed.
func writeSkimmed(b *Body) (string, Changes) { return b.text, Changes{} }

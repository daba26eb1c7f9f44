package jsondoc

// Outline is what a scan notes of one place in a document: the object or list with the
// attributes. It can be used again and again.
type Outline struct {
	// Place is the value that the path leads to.
	Place Value

	// Members are the place's, if it is an object, or those of all objects in the list that
	// it is, in order.
	Members []Member

	// Elements are the place's, if it is a list.
	Elements []Element

	// Twin is whether a member that leads to the place has another beside it whose name
	// differs only in letter case. Many parsers take the two for one, such as encoding/json
	// and those of .NET.
	Twin bool

	path  []string
	found bool
}

// Element is an element of a list. Where it is an object, its members are
// Members[From:To] of the outline.
type Element struct {
	Value Value
	From  int
	To    int
}

// reset empties an outline for another document.
func reset(out *Outline, path []string) {
	out.Place = Value{}
	out.Members = out.Members[:0]
	out.Elements = out.Elements[:0]
	out.Twin = false
	out.path = path
	out.found = false
}

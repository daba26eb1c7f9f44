//go:build yaegi
// +build yaegi

package jsondoc

// Scan reports what keeps body from being one well-formed document in the strict sense of
// RFC 7493, or nil. Depth is how many objects and lists may be open at once.
func Scan(body []byte, depth int) error { return explain(body, depth) }

// Root returns the document's value. Like all that follows, it takes a scanned document.
func Root(doc string) Value { return stdRoot(doc) }

// Members returns an object's members in order.
func Members(doc string, object Value) []Member { return stdMembers(doc, object) }

// Elements returns a list's elements in order.
func Elements(doc string, list Value) []Value { return stdElements(doc, list) }

// Set replaces the value of one member of an object that has it.
func Set(object, name, raw string) string { return stdSet(object, name, raw) }

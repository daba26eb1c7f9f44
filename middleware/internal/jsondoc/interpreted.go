//go:build yaegi
// +build yaegi

package jsondoc

import "strings"

// Scan reports what keeps doc from being one well-formed document in the strict sense of
// RFC 7493, or nil. Depth is how many objects and lists may be open at once.
func Scan(doc string, depth int) error { return explain(doc, depth) }

// Scanner locates places in documents.
type Scanner struct{}

// Locate scans a document and fills the outline of the place that member names lead to. It
// tells whether there is such a place; errors are those of Scan.
func Locate(_ *Scanner, out *Outline, doc string, path []string, depth int) (bool, error) {
	reset(out, path)
	if err := explain(doc, depth); err != nil {
		return false, err
	}
	return stdLocate(out, doc), nil
}

// Root returns the document's value. Like all that follows, it takes a scanned document.
func Root(doc string) Value { return stdRoot(doc) }

// Members returns an object's members in order.
func Members(doc string, object Value) []Member { return stdMembers(doc, object) }

// Elements returns a list's elements in order.
func Elements(doc string, list Value) []Value { return stdElements(doc, list) }

// Set replaces the value of one member of an object that has it.
func Set(object, name, raw string) string { return stdSet(object, name, raw) }

// Quote returns s as a JSON string, escaping no more than RFC 8259 asks for and the two
// line separators that JavaScript minds.
func Quote(s string) string { return stdQuote(s) }

// WriteQuoted writes what Quote returns.
func WriteQuoted(out *strings.Builder, s string) { out.WriteString(stdQuote(s)) }

// DecodeObject reads a document that is one object; other documents are not ok.
func DecodeObject(text []byte, depth int) (map[string]any, bool) { return stdDecodeObject(text, depth) }

//go:build !yaegi
// +build !yaegi

package pattern

// Thorough returns a table that finds usual paths as it finds all others.
func (t *Table) Thorough() *Table {
	thorough := *t
	thorough.usual = nil
	return &thorough
}

//go:build yaegi
// +build yaegi

package pattern

import "net/url"

// usualPaths is nothing: here Short finds what is usual.
type usualPaths struct{}

func newUsualPaths(*Table) *usualPaths { return nil }

func (*usualPaths) find(string, *url.URL) (m Match, ok bool) { return m, false }

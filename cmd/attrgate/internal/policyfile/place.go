package policyfile

import (
	"cmp"
	"slices"

	"github.com/attrgate/attrgate/middleware/policy"
)

// Place says where in the file something is that was found in its policy, in the order of
// the file.
func (f *File) Place(found []policy.Problem) Problems {
	var placed Problems
	for _, p := range found {
		at := f.positions.find(p.Path)
		placed = append(placed, Problem{File: f.name, Line: at.line, Column: at.column, Path: p.Path, Message: p.Message})
	}
	slices.SortStableFunc(placed, inOrder)
	return placed
}

func inOrder(a, b Problem) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

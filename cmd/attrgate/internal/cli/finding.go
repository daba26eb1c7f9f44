package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
)

const (
	severityProblem = "problem"
	severityWarning = "warning"
)

// finding is one line of check.
type finding struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Severity string `json:"severity"`
	Path     string `json:"path"`
	Message  string `json:"message"`
}

// mergeFindings puts problems and warnings of one file in the order of the file. A field with
// a problem needs no warning.
func mergeFindings(problems, warnings policyfile.Problems) []finding {
	found := []finding{} // in JSON, none is an empty list
	wrong := map[string]bool{}
	for _, p := range problems {
		wrong[p.Path] = true
		found = append(found, finding{p.File, p.Line, p.Column, severityProblem, p.Path, p.Message})
	}
	for _, p := range warnings {
		if !wrong[p.Path] {
			found = append(found, finding{p.File, p.Line, p.Column, severityWarning, p.Path, p.Message})
		}
	}
	slices.SortStableFunc(found, func(a, b finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return found
}

func printFindings(out io.Writer, found []finding, format string) error {
	if format == "json" {
		return writeJSON(out, found)
	}
	for _, f := range found {
		if _, err := fmt.Fprintln(out, f.text()); err != nil {
			return err
		}
	}
	return nil
}

// text has problems as serve prints them. Warnings say so where compilers do.
func (f finding) text() string {
	mark := ""
	if f.Severity == severityWarning {
		mark = "warning: "
	}
	return policyfile.Problem{File: f.File, Line: f.Line, Column: f.Column, Path: f.Path, Message: f.Message}.Marked(mark)
}

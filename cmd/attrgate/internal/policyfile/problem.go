package policyfile

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/attrgate/attrgate/middleware/policy"
)

// Problem is something wrong with a policy, and where.
type Problem struct {
	// File is the file's name as it was given to Read.
	File string

	// Line and Column count from one; columns are characters. They point at the key of
	// the field or at the element of the list, and for something that is missing, at what
	// it is missing from.
	Line, Column int

	// Path leads to the place, such as routes[0].keys.style. Empty: the whole policy.
	Path string

	// Message says what is wrong and what to do.
	Message string
}

// String returns the problem in the form that editors and compilers agree on:
// file:line:column: path: message.
func (p Problem) String() string {
	return p.Marked("")
}

// Marked is String with a mark where compilers have theirs, such as "warning: ".
func (p Problem) Marked(mark string) string {
	what := policy.Problem{Path: p.Path, Message: p.Message}
	return oneLine(fmt.Sprintf("%s:%d:%d: %s%s", p.File, p.Line, p.Column, mark, what))
}

// oneLine escapes what a file could break a line or a terminal with, and what cannot be seen.
func oneLine(text string) string {
	var line strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) {
			line.WriteRune(r)
		} else {
			line.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
	}
	return line.String()
}

// Problems is everything that is wrong with a policy file. It is an error.
type Problems []Problem

// Error returns one line a problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Problems returns what is wrong with the file, in the order of the file, as Problems, or
// nil if nothing is.
//
// It takes what the gate's constructor said of the file's policy, and adds its
// policy.Problems. Any other error it returns as it is.
func (f *File) Problems(constructor error) error {
	if !f.add(constructor) {
		return constructor
	}
	if len(f.problems) == 0 {
		return nil
	}
	for i := range f.problems {
		f.problems[i].File = f.name
	}
	slices.SortStableFunc(f.problems, inOrder)
	return f.problems
}

// add takes over policy.Problems and tells whether there was anything else. A field that
// could not be read counts as left out later on, so what is then said of it is left out
// too.
func (f *File) add(err error) bool {
	var found policy.Problems
	if err != nil && !errors.As(err, &found) {
		return false
	}
	if f.unread && len(f.problems) > 0 {
		return true // the one problem says it all
	}
	known := map[string]bool{}
	for _, p := range f.problems {
		known[p.Path] = true
	}
	for _, p := range found {
		if !known[p.Path] {
			at := f.positions.find(p.Path)
			f.problems = append(f.problems, Problem{Line: at.line, Column: at.column, Path: p.Path, Message: p.Message})
		}
	}
	return true
}

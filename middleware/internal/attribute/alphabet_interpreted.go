//go:build yaegi
// +build yaegi

package attribute

import "strings"

// alphabet is a set of ASCII characters.
type alphabet struct {
	characters string
}

func newAlphabet(characters string) *alphabet { return &alphabet{characters: characters} }

// madeOf tells whether a text has no other characters.
func madeOf(a *alphabet, text string) bool { return strings.Trim(text, a.characters) == "" }

// hasAny tells whether a text has one of the characters.
func hasAny(a *alphabet, text string) bool { return strings.ContainsAny(text, a.characters) }

//go:build yaegi
// +build yaegi

package token

import "strings"

// madeOfTokenChars tells whether a text has no other characters.
func madeOfTokenChars(text string) bool { return strings.Trim(text, tokenChars) == "" }

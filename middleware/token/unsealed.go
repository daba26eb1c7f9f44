//go:build yaegi
// +build yaegi

package token

import "time"

// The plugin has nothing to share results through.

func findResult(*Verifier, string, time.Time) *memory { return nil }

func keepResult(*Verifier, string, *memory, time.Time) {}

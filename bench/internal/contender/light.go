//go:build light

package contender

// heavy is left out: the guard needs none of it.
func heavy() []Contender { return nil }

package config

import "github.com/attrgate/attrgate/middleware/policy"

// optional notes a problem unless value is empty or among choices.
func optional(ps *policy.Problems, path, value string, choices ...string) {
	if value != "" {
		ps.OneOf(path, value, choices...)
	}
}

func notNegative(ps *policy.Problems, path string, n int) {
	if n < 0 {
		ps.Add(path, "cannot be negative")
	}
}

func percent(ps *policy.Problems, path string, n int) {
	if n < 0 || n > 100 {
		ps.Add(path, "must be from 0 to 100")
	}
}

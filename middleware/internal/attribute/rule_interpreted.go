//go:build yaegi
// +build yaegi

package attribute

// ruleFor finds the rule for a name: its own, or else the first whose pattern it matches.
func ruleFor(r *Rules, name string) *rule {
	if own := r.rules[name]; own != nil {
		return own
	}
	return patternRule(r, name)
}

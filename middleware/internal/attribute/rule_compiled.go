//go:build !yaegi
// +build !yaegi

package attribute

// lengths is a set of lengths, with a bit for each; the last one is for all that are longer.
type lengths uint64

func (l lengths) with(length int) lengths { return l | 1<<bit(length) }

func (l lengths) has(length int) bool { return l>>bit(length)&1 == 1 }

func bit(length int) uint {
	if length > 63 {
		return 63
	}
	return uint(length)
}

// ruleFor finds the rule for a name: its own, or else the first whose pattern it matches. Most
// names of a large body have a length that no rule's name has, so that none is looked up.
func ruleFor(r *Rules, name string) *rule {
	if r.aids.ruled.has(len(name)) {
		if own := r.rules[name]; own != nil {
			return own
		}
	}
	return patternRule(r, name)
}

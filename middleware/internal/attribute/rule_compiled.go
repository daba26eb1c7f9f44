//go:build !yaegi
// +build !yaegi

package attribute

// shelves are the rules that have a name, by its length; the last one is for all names that
// are longer. Most names have a length that no rule's name has, or only one.
type shelves [64]shelf

// shelf is looked through one by one, if it does not hold too many.
type shelf struct {
	names []string
	rules []*rule
}

// fewRules is how many rules are looked through one by one.
const fewRules = 4

func newShelves(rules map[string]*rule) *shelves {
	all := &shelves{}
	for name, own := range rules {
		s := shelfFor(all, name)
		s.names = append(s.names, name)
		s.rules = append(s.rules, own)
	}
	return all
}

func shelfFor(all *shelves, name string) *shelf {
	if len(name) >= len(all) {
		return &all[len(all)-1]
	}
	return &all[len(name)]
}

// ruleFor finds the rule for a name: its own, or else the first whose pattern it matches.
func ruleFor(r *Rules, name string) *rule {
	if own := namedRule(r, name); own != nil {
		return own
	}
	return patternRule(r, name)
}

func namedRule(r *Rules, name string) *rule {
	s := shelfFor(r.aids.shelves, name)
	if len(s.names) > fewRules {
		return r.rules[name]
	}
	for i := range s.names {
		if s.names[i] == name {
			return s.rules[i]
		}
	}
	return nil
}

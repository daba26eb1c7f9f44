//go:build !yaegi
// +build !yaegi

package attribute

import "github.com/attrgate/attrgate/middleware/policy"

// fewNames is up to how many names are looked through one by one.
const fewNames = 16

// collide settles who keeps a name that was given before.
func collide(r *Rules, b *Body, i int) []policy.Violation {
	if other := namesake(b, i); other >= 0 {
		return settle(r, b, i, other)
	}
	return nil
}

// namesake is the last attribute before another that has its name, or -1.
func namesake(b *Body, i int) int {
	name := b.Attributes[i].Name
	if i >= fewNames {
		return noted(b, name, i)
	}
	for other := i - 1; other >= 0; other-- {
		if b.Attributes[other].Name == name {
			return other
		}
	}
	return -1
}

// noted is namesake for one among many. It notes the attribute as the last of its name.
func noted(b *Body, name string, i int) int {
	if len(b.named) == 0 {
		note(b, i)
	}
	other, again := b.named[name]
	b.named[name] = i
	if again {
		return other
	}
	return -1
}

// note fills the names that are taken with those of the first attributes.
func note(b *Body, first int) {
	if b.named == nil {
		b.named = map[string]int{}
	}
	for i := 0; i < first; i++ {
		if b.Attributes[i].Name != "" {
			b.named[b.Attributes[i].Name] = i
		}
	}
}

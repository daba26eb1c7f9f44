//go:build yaegi
// +build yaegi

package attribute

import "github.com/attrgate/attrgate/middleware/policy"

// collide settles who keeps a name that was given before.
func collide(r *Rules, b *Body, i int) []policy.Violation {
	if b.named == nil {
		note(b, i)
	}
	name := b.Attributes[i].Name
	other, again := b.named[name]
	b.named[name] = i
	if again {
		return settle(r, b, i, other)
	}
	return nil
}

// note fills the names that are taken with those of the first attributes.
func note(b *Body, first int) {
	b.named = map[string]int{}
	for i := 0; i < first; i++ {
		if b.Attributes[i].Name != "" {
			b.named[b.Attributes[i].Name] = i
		}
	}
}

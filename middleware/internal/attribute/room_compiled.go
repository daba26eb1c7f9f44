//go:build !yaegi
// +build !yaegi

package attribute

import "sync"

// aids are what keeps this build fast.
type aids struct {
	bodies  sync.Pool // those that are done with, so that the next ones find memory
	shelves *shelves  // of the rules
	skims   bool      // see Skim
}

func setAids(r *Rules) {
	r.aids = &aids{skims: skims(r), shelves: newShelves(r.rules)}
}

const (
	// mostKept is the largest body that is kept, in attributes. A list's have three members.
	mostKept = 10000

	// mostNamed is the largest map that is kept: it takes time to empty one.
	mostNamed = 100
)

// take returns an empty body.
func take(r *Rules) *Body {
	b, kept := r.aids.bodies.Get().(*Body)
	if !kept {
		return &Body{}
	}
	return b
}

// Release takes a body back. Nothing may use it, or its attributes, afterwards; the texts in
// them stay.
func Release(r *Rules, b *Body) {
	if cap(b.Attributes) > mostKept || cap(b.outline.Members) > 3*mostKept || len(b.named) > mostNamed {
		return
	}
	for name := range b.named {
		delete(b.named, name)
	}
	for i := range b.Attributes {
		b.Attributes[i] = Attribute{}
	}
	b.Attributes = b.Attributes[:0]
	b.text = ""
	b.changed = false
	b.skimmed = false
	r.aids.bodies.Put(b)
}

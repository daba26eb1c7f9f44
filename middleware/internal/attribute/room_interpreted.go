//go:build yaegi
// +build yaegi

package attribute

// take returns an empty body, whose attributes are all to be listed. To keep some would be
// dearer here than to make them.
func take(_ *Rules) *Body { return &Body{skimmed: false, renamed: nil} }

// Release ends the use of a body. What the way made of its keys is remembered for Short.
func Release(r *Rules, b *Body) {
	if r.aids != nil {
		learn(r, b)
	}
}

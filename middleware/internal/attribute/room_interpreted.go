//go:build yaegi
// +build yaegi

package attribute

// room would keep bodies, if that were cheaper here than to make them.
type room struct{}

// take returns an empty body.
func take(_ *Rules) *Body { return &Body{} }

// Release does nothing.
func Release(_ *Rules, _ *Body) {}

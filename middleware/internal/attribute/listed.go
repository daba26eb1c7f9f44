//go:build !traefik
// +build !traefik

package attribute

// Read finds the attributes of a body, in order. A body in which nothing is
// wrong goes to Release when nobody looks at it any more.
func Read(r *Rules, text string) (*Body, *Fault) {
	b := take(r)
	if fault := read(r, b, text); fault != nil {
		return nil, fault
	}
	return b, nil
}

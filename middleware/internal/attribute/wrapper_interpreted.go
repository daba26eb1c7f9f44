//go:build yaegi
// +build yaegi

package attribute

// unwrapped takes one wrapper off a key, if there is one.
func unwrapped(n *naming, key string) (inner string, ok bool) {
	found := n.wrapper.FindStringSubmatch(key)
	if found == nil {
		return "", false
	}
	return found[1], true
}

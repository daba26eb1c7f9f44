//go:build yaegi
// +build yaegi

package attribute

import "strings"

// unwrapped takes one wrapper off a key, if there is one.
func unwrapped(n *naming, key string) (inner string, ok bool) {
	found := n.wrapper.FindStringIndex(key)
	if found == nil {
		return "", false
	}
	return strings.TrimSuffix(key[found[1]:], "%"), true
}

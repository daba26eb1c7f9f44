//go:build !yaegi
// +build !yaegi

package attribute

import (
	"github.com/attrgate/attrgate/middleware/policy"
)

// NewUnwrap returns the two ways to take a wrapper off a key.
func NewUnwrap() (byHand, byPattern func(key string) (string, bool)) {
	n := newNaming(policy.Keys{}, 100, "keys", &policy.Problems{})
	byHand = func(key string) (string, bool) { return unwrapped(n, key) }
	byPattern = func(key string) (string, bool) { return unwrappedByPattern(n, key) }
	return byHand, byPattern
}

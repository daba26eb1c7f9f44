//go:build !yaegi
// +build !yaegi

package attribute

import (
	"strings"
	"unicode/utf8"
)

// undotted is plainChars without the dot of wrappers and the space.
var undotted = newAlphabet(strings.NewReplacer(".", "", " ", "").Replace(plainChars))

// stands tells whether a key is a name as it stands, without anything to object to, in one
// pass over it; if not, it takes normalise and keyFault to tell. Nine of ten keys do, and a
// body of many attributes takes a third of the time less (BenchmarkBodySize).
func stands(n *naming, key string) bool {
	if !n.plainly || len(key) == 0 || len(key) > n.longest {
		return false
	}
	for i := 0; i < len(key); i++ {
		if undotted.has[key[i]] {
			continue
		}
		if key[i] != ' ' || i == 0 || key[i-1] == ' ' {
			return false
		}
	}
	return key[len(key)-1] != ' ' && !isReserved(n, key)
}

// usualWrapper is how nearly all wrapped keys begin; they end in a percent sign.
const usualWrapper = "%visitor.custominfo."

// usuallyWrapped is the name in a key with the usual wrapper, if there is nothing to object
// to it; or "".
func usuallyWrapped(n *naming, key string) string {
	if !n.unwrap || !strings.HasPrefix(key, usualWrapper) || key[len(key)-1] != '%' {
		return ""
	}
	name := key[len(usualWrapper) : len(key)-1]
	if !stands(n, name) {
		return ""
	}
	return name
}

// isReserved tells whether a name is a reserved one. Most names begin otherwise.
func isReserved(n *naming, name string) bool {
	if len(n.reserved) == 0 {
		return false
	}
	if head := name[0]; head < utf8.RuneSelf && head != ' ' && !n.reservedHeads.has[head] {
		return false
	}
	return has(n.reserved, name)
}

// longestFolded is the longest name that has folds without making a text of it, in bytes.
const longestFolded = 64

// has tells whether a name is among others, compared loosely. It makes no text of a name of
// usual length in ASCII.
func has(names map[string]bool, name string) bool {
	var room [longestFolded]byte
	if len(name) > len(room) {
		return names[loosely(name)]
	}
	folded := room[:0]
	for i := 0; i < len(name); i++ {
		c := name[i]
		if c >= utf8.RuneSelf {
			return names[loosely(name)]
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != ' ' {
			folded = append(folded, c)
		}
	}
	return names[string(folded)]
}

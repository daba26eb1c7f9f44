//go:build !yaegi
// +build !yaegi

package attribute

// stands tells whether a key is a name as it stands, without anything to object to, in one
// pass over it; if not, it takes normalise and keyFault to tell. Nine of ten keys do, and a
// body of many attributes takes a third of the time less (BenchmarkBodySize).
func stands(n *naming, key string) bool {
	if !n.plainly || len(key) == 0 || len(key) > n.longest {
		return false
	}
	before := byte(' ')
	letters := 0
	for i := 0; i < len(key); i++ {
		c := key[i]
		if !n.plain.has[c] || c == '.' || (c == ' ' && before == ' ') {
			return false
		}
		if c != ' ' {
			letters++
		}
		before = c
	}
	return before != ' ' && (letters > n.reservedMost || !has(n.reserved, key))
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
		if c >= 0x80 {
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

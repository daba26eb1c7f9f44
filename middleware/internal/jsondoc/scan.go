//go:build !yaegi
// +build !yaegi

package jsondoc

import (
	"bytes"
	"hash/maphash"
	"unicode/utf8"
)

// wellFormed is explain's verdict in one pass over the bytes.
func wellFormed(doc []byte, depth int) bool {
	if !utf8.Valid(doc) {
		return false
	}
	s := scanner{doc: doc, left: depth}
	return s.value() && s.space() == len(doc)
}

// scanner stands at a byte of a document. Its methods move behind what they name and
// return whether it was there.
type scanner struct {
	doc   []byte
	at    int
	left  int      // how many more objects and lists may be opened
	names [][]byte // the names of all open objects, innermost last
}

// space moves to the next byte that is not white space and returns its offset.
func (s *scanner) space() int {
	for s.at < len(s.doc) && (s.doc[s.at] == ' ' || s.doc[s.at] == '\n' || s.doc[s.at] == '\r' || s.doc[s.at] == '\t') {
		s.at++
	}
	return s.at
}

// next moves behind white space and the given byte.
func (s *scanner) next(c byte) bool {
	if s.space() == len(s.doc) || s.doc[s.at] != c {
		return false
	}
	s.at++
	return true
}

func (s *scanner) value() bool {
	if s.space() == len(s.doc) {
		return false
	}
	switch s.doc[s.at] {
	case '{':
		return s.open() && s.object()
	case '[':
		return s.open() && s.list()
	case '"':
		_, ok := s.text()
		return ok
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	}
	return s.number()
}

func (s *scanner) open() bool {
	s.at++
	s.left--
	return s.left >= 0
}

func (s *scanner) close() bool {
	s.left++
	return true
}

func (s *scanner) object() bool {
	outer := len(s.names)
	if s.next('}') {
		return s.close()
	}
	for {
		if s.space() == len(s.doc) || s.doc[s.at] != '"' {
			return false
		}
		name, ok := s.text()
		if !ok || !s.next(':') || !s.value() {
			return false
		}
		s.names = append(s.names, name)
		if s.next(',') {
			continue
		}
		ok = s.next('}') && unique(s.names[outer:])
		s.names = s.names[:outer]
		return ok && s.close()
	}
}

func (s *scanner) list() bool {
	if s.next(']') {
		return s.close()
	}
	for s.value() {
		if !s.next(',') {
			return s.next(']') && s.close()
		}
	}
	return false
}

func (s *scanner) word(w string) bool {
	if !bytes.HasPrefix(s.doc[s.at:], []byte(w)) {
		return false
	}
	s.at += len(w)
	return true
}

// number follows RFC 8259, section 6.
func (s *scanner) number() bool {
	s.oneOf("-")
	if !s.oneOf("0") && !s.digits() {
		return false
	}
	if s.oneOf(".") && !s.digits() {
		return false
	}
	if s.oneOf("eE") {
		s.oneOf("+-")
		return s.digits()
	}
	return true
}

func (s *scanner) oneOf(chars string) bool {
	for i := 0; i < len(chars) && s.at < len(s.doc); i++ {
		if s.doc[s.at] == chars[i] {
			s.at++
			return true
		}
	}
	return false
}

func (s *scanner) digits() bool {
	start := s.at
	for s.at < len(s.doc) && s.doc[s.at] >= '0' && s.doc[s.at] <= '9' {
		s.at++
	}
	return s.at > start
}

// text moves behind a string and returns its characters, a part of the document where
// nothing is escaped.
func (s *scanner) text() ([]byte, bool) {
	start := s.at + 1
	escaped := false
	for i := start; i < len(s.doc); i++ {
		switch c := s.doc[i]; {
		case c == '"':
			s.at = i + 1
			if escaped {
				return []byte(unquote(string(s.doc[start-1 : s.at]))), true
			}
			return s.doc[start:i], true
		case c < ' ':
			return nil, false
		case c == '\\':
			escaped = true
			n := escape(s.doc[i:])
			if n == 0 {
				return nil, false
			}
			i += n - 1
		}
	}
	return nil, false
}

// escape measures the escape at the start of b, surrogate pairs as one; 0 if it is none.
func escape(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	if b[1] != 'u' {
		if bytes.IndexByte([]byte(`"\/bfnrt`), b[1]) < 0 {
			return 0
		}
		return 2
	}
	unit, ok := codeUnit(b)
	if !ok || unit>>10 == 0xDC00>>10 {
		return 0
	}
	if unit>>10 != 0xD800>>10 {
		return 6
	}
	low, ok := codeUnit(b[6:])
	if !ok || low>>10 != 0xDC00>>10 {
		return 0
	}
	return 12
}

// codeUnit reads \uXXXX.
func codeUnit(b []byte) (unit rune, ok bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	for _, c := range b[2:6] {
		switch {
		case c >= '0' && c <= '9':
			unit = unit<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			unit = unit<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return unit, true
}

// few is how many names are compared each with each; more are looked up by their hashes.
const few = 8

func unique(names [][]byte) bool {
	if len(names) > few {
		return uniqueByHash(names)
	}
	for i := range names {
		for j := 0; j < i; j++ {
			if bytes.Equal(names[i], names[j]) {
				return false
			}
		}
	}
	return true
}

// uniqueByHash keeps the names in a table with open addressing, at most half full. The hash
// has a seed that nobody outside can know, so that no body can make all names meet.
func uniqueByHash(names [][]byte) bool {
	size := 4 * few
	for size < 2*len(names) {
		size *= 2
	}
	slots := make([]int32, size) // the place of a name in names, from one; zero: free
	seed := maphash.MakeSeed()
	for i, name := range names {
		at := int(maphash.Bytes(seed, name)) & (size - 1)
		for slots[at] != 0 {
			if bytes.Equal(names[slots[at]-1], name) {
				return false
			}
			at = (at + 1) & (size - 1)
		}
		slots[at] = int32(i + 1)
	}
	return true
}

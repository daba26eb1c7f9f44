//go:build !yaegi
// +build !yaegi

package jsondoc

import (
	"strings"
	"unicode/utf8"
)

// wellFormed is explain's verdict in one pass over the bytes.
func wellFormed(doc string, depth int) bool {
	s := scanner{doc: doc, left: depth, goal: nowhere}
	_, ok := s.value(off)
	return ok && s.space() == len(doc)
}

// scan is explain's verdict in one pass over the bytes, which also notes what is at the
// outline's path.
func scan(s *scanner, out *Outline, doc string, depth int) bool {
	s.doc = doc
	s.at = 0
	s.left = depth
	s.names = s.names[:0]
	s.out = out
	s.goal = len(out.path)
	_, ok := s.value(0)
	return ok && s.space() == len(doc)
}

// scanner stands at a byte of a document. Its methods move behind what they name and
// return whether it was there.
//
// A value has a level: how many names of the path led to it, or off the path. The place has
// as many as the path; the elements of a list there have one more.
type scanner struct {
	doc   string
	at    int
	left  int      // how many more objects and lists may be opened
	names []string // the names of all open objects whose members are not noted, innermost last
	slots []uint64 // room for uniqueByHash
	out   *Outline
	goal  int // the level of the place, or nowhere
}

const (
	off     = -1 // the level of what is not on the path
	nowhere = -3 // no level, nor the one above
)

// space moves to the next byte that is not white space and returns its offset.
func (s *scanner) space() int {
	for s.at < len(s.doc) && s.doc[s.at] <= ' ' && white(s.doc[s.at]) {
		s.at++
	}
	return s.at
}

func white(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// mark moves behind white space and one byte, and returns that; 0 if there is none.
func (s *scanner) mark() byte {
	if s.space() == len(s.doc) {
		return 0
	}
	s.at++
	return s.doc[s.at-1]
}

// next moves behind white space and the given byte.
func (s *scanner) next(c byte) bool {
	if s.space() == len(s.doc) || s.doc[s.at] != c {
		return false
	}
	s.at++
	return true
}

// value moves behind a value and returns it, and notes it if it is the place.
func (s *scanner) value(level int) (v Value, ok bool) {
	v.Start = s.space()
	if v.Start == len(s.doc) {
		return v, false
	}
	switch s.doc[v.Start] {
	case '"':
		v.Kind = String
		v.Text, ok = s.text()
	case '{':
		v.Kind = Object
		ok = s.open() && s.object(level)
	case '[':
		v.Kind = List
		ok = s.open() && s.list(level)
	case 't':
		v.Kind = Boolean
		ok = s.word("true")
	case 'f':
		v.Kind = Boolean
		ok = s.word("false")
	case 'n':
		v.Kind = Null
		ok = s.word("null")
	default:
		v.Kind = Number
		ok = s.number()
	}
	v.End = s.at
	if v.Kind != String {
		v.Text = s.doc[v.Start:v.End]
	}
	if level == s.goal && ok {
		s.out.Place = v
		s.out.found = true
	}
	return v, ok
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

func (s *scanner) object(level int) bool {
	if s.next('}') {
		return s.close()
	}
	outer, first := len(s.names), 0
	if s.noted(level) {
		first = len(s.out.Members)
	}
	for s.member(level) {
		switch s.mark() {
		case ',':
		case '}':
			names := nameList{names: s.names[outer:]}
			if s.noted(level) {
				names.members = s.out.Members[first:]
			}
			s.names = s.names[:outer]
			return s.unique(names) && s.close()
		default:
			return false
		}
	}
	return false
}

// member moves behind a name and its value, and notes them if they are the place's or one
// of its elements'.
func (s *scanner) member(level int) bool {
	nameStart := s.space()
	if nameStart == len(s.doc) || s.doc[nameStart] != '"' {
		return false
	}
	name, ok := s.text()
	nameEnd := s.at
	if !ok || !s.next(':') {
		return false
	}
	if !s.noted(level) {
		s.names = append(s.names, name)
		_, ok = s.value(s.below(level, name))
		return ok
	}
	value, ok := s.value(off)
	s.out.Members = append(s.out.Members, Member{Name: name, NameStart: nameStart, NameEnd: nameEnd, Value: value})
	return ok
}

// noted tells whether the members of an object are noted: those of the place, and those of
// its elements.
func (s *scanner) noted(level int) bool { return level == s.goal || level == s.goal+1 }

// below is the level of the member of a name.
func (s *scanner) below(level int, name string) int {
	if level == off {
		return off
	}
	if s.out.path[level] == name {
		return level + 1
	}
	s.out.Twin = s.out.Twin || strings.EqualFold(s.out.path[level], name)
	return off
}

func (s *scanner) list(level int) bool {
	inner := off
	if level == s.goal {
		inner = level + 1
	}
	if s.next(']') {
		return s.close()
	}
	for s.element(inner) {
		switch s.mark() {
		case ',':
		case ']':
			return s.close()
		default:
			return false
		}
	}
	return false
}

// element moves behind an element, and notes it if its list is the place.
func (s *scanner) element(level int) bool {
	if level == off {
		_, ok := s.value(off)
		return ok
	}
	from, start := len(s.out.Members), s.space()
	if start < len(s.doc) && s.doc[start] == '[' {
		level = off // a list has no members
	}
	value, ok := s.value(level)
	s.out.Elements = append(s.out.Elements, Element{Value: value, From: from, To: len(s.out.Members)})
	return ok
}

func (s *scanner) word(w string) bool {
	if !strings.HasPrefix(s.doc[s.at:], w) {
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
func (s *scanner) text() (string, bool) {
	start := s.at + 1
	end, met := plainTo(s.doc, start)
	if end == len(s.doc) || s.doc[end] != '"' || met&highs != 0 {
		return s.oddText(start, end)
	}
	s.at = end + 1
	return s.doc[start:end], true
}

// oddText is text for strings with escapes or characters beyond ASCII, from the first escape
// or the end on.
func (s *scanner) oddText(start, i int) (string, bool) {
	escaped := false
	for i < len(s.doc) {
		switch s.doc[i] {
		case '"':
			s.at = i + 1
			if !utf8.ValidString(s.doc[start:i]) {
				return "", false
			}
			if escaped {
				return unquote(s.doc[start-1 : s.at]), true
			}
			return s.doc[start:i], true
		case '\\':
			escaped = true
			n := escape(s.doc[i:])
			if n == 0 {
				return "", false
			}
			i, _ = plainTo(s.doc, i+n)
		default:
			return "", false // a control character
		}
	}
	return "", false
}

// escape measures the escape at the start of b, surrogate pairs as one; 0 if it is none.
func escape(b string) int {
	if len(b) < 2 {
		return 0
	}
	if b[1] != 'u' {
		if strings.IndexByte(`"\/bfnrt`, b[1]) < 0 {
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
func codeUnit(b string) (unit rune, ok bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	for i := 2; i < 6; i++ {
		switch c := b[i]; {
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

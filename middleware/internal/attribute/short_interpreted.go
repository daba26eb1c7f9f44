//go:build yaegi
// +build yaegi

package attribute

import (
	"regexp"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/attrgate/attrgate/middleware/internal/jsondoc"
)

// aids are what Short knows of a route's bodies. They learn keys from bodies that went the
// whole way; nothing in them is decided anew.
type aids struct {
	heads map[string]bool // what may come before the first key, up to its quote
	gaps  map[string]int  // what may be around a value, see Short
	first int             // the place of the first key among the parts of a body
	least int             // the last place in a body of one attribute
	last  int             // the last place in a body of as many as there may be

	mu    sync.Mutex   // of who learns
	known atomic.Value // map[string]*known by key; who learns puts another one there

	themselves *regexp.Regexp // lines of keys that are names as they stand; nil: it takes more to tell
	special    *regexp.Regexp // of these keys, the reserved ones
	suspect    int            // the longest of those, in bytes

	members int // what an element of a list has: see shortList
	deep    int // how many objects may be open in the value of one
}

// What is around the last value, and around another.
const (
	between = 1
	final   = 2
)

// known is what the whole way made of a key; in a list, of a key with a declared type.
type known struct {
	name  string
	least int // the shortest and longest value that is good, in bytes, if it has no
	most  int // backslash, quote or control character in it

	made   string         // in a list, the characters that values are made of; empty: of any
	form   *regexp.Regexp // what they look like; nil: anything
	judged bool           // it takes fits to tell
	object bool           // they are objects
	kind   Type
}

const (
	// mostKnown bounds the keys that a route knows. When there are as many, it forgets them.
	mostKnown = 300

	// longestKnown is the longest key that is known, in bytes.
	longestKnown = 200

	// odd are the characters that no plain body has.
	odd = "\\\x00\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0b\x0c\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x7f"
)

// setAids prepares a route for Short, if nothing is asked of its bodies as a whole.
func setAids(r *Rules) {
	if len(r.required) > 0 || r.sensitive != nil || r.values.forms.separators != "" || len(r.path) >= r.limits.Depth {
		return
	}
	if r.list {
		setListAids(r)
		return
	}
	end := strings.Repeat("}", len(r.path)+1)
	s := &aids{
		heads: map[string]bool{},
		gaps: map[string]int{
			`:",`: between, `: ",`: between, `:", `: between, `: ", `: between, `:"` + end: final, `: "` + end: final,
		},
		first: 2*len(r.path) + 1,
	}
	for _, open := range []string{":{", ": {"} {
		head := "{"
		for _, name := range r.path {
			head += `"` + name + `"` + open
		}
		s.heads[head] = true
	}
	s.least = s.first + 3
	s.last = s.first + 4*r.limits.Attributes - 1
	s.known.Store(map[string]*known{})
	r.aids = s
	setThemselves(r)
}

// Short returns what Write makes of a plain body. It returns "" if it takes the whole way to
// tell.
func Short(r *Rules, text string) string {
	if r.list {
		return shortList(r, text)
	}
	return shortObject(r, text)
}

// shortObject is Short for objects: with strings for values, of which all that matters is
// their length, and at most a space behind colons and commas.
//
// Where a text has no backslash and no control character, quotes stand around strings and
// nowhere else. So a text that, divided at its quotes, is a key, a colon, a value and a
// comma, again and again, is a well-formed object. The gap around a value is written with a
// quote in its place.
func shortObject(r *Rules, text string) string {
	s := r.aids
	parts := strings.Split(text, `"`)
	end := len(parts) - 1
	if end < s.least || end > s.last || !s.heads[strings.Join(parts[:s.first], `"`)] || strings.ContainsAny(text, odd) {
		return ""
	}
	keys := s.known.Load().(map[string]*known)
	names := map[string]bool{}
	changed := false
	at := s.first
	gap := between
	for gap == between && at+2 < end {
		gap = s.gaps[parts[at+1]+`"`+parts[at+3]]
		k := keys[parts[at]]
		length := len(parts[at+2])
		if k == nil {
			return shortOfAny(r, text)
		}
		if gap == 0 || length < k.least || length > k.most {
			return ""
		}
		names[k.name] = true
		if k.name != parts[at] {
			changed = true
			parts[at] = k.name
		}
		at += 4
	}
	if gap != final || at != end+1 || 4*len(names) != at-s.first {
		return ""
	}
	if changed {
		return strings.Join(parts, `"`)
	}
	return text
}

// shortOfAny is Short for bodies in which there are keys that are not known. They all have to
// be names as they stand, without rules, since there is nothing to learn about them: such a
// body costs no more than a few times what it costs to decode it, see
// BenchmarkInterpretedBodySize in e2e.
func shortOfAny(r *Rules, text string) string {
	s := r.aids
	if s.themselves == nil {
		return ""
	}
	parts := strings.Split(text, `"`)
	end := len(parts) - 1
	names := map[string]bool{}
	var lines []string
	most := r.limits.ValueLength
	at := s.first
	gap := between
	for gap == between && at+2 < end {
		gap = s.gaps[parts[at+1]+`"`+parts[at+3]]
		if gap == 0 || len(parts[at+2]) > most || (len(parts[at]) <= s.suspect && s.special.MatchString(parts[at])) {
			return ""
		}
		names[parts[at]] = true
		lines = append(lines, parts[at])
		at += 4
	}
	if gap != final || at != end+1 || len(names) != len(lines) || !s.themselves.MatchString(strings.Join(lines, "\n")) || ruled(r, lines) {
		return ""
	}
	return text
}

// ruled tells whether there is a rule for one of the keys, or one of them is too long.
func ruled(r *Rules, keys []string) bool {
	most := r.limits.NameLength
	for _, key := range keys {
		if r.rules[key] != nil || len(key) > most {
			return true
		}
	}
	return false
}

// setThemselves prepares a route for shortOfAny, if it leaves names as they are and has no
// rules for those that it does not list.
func setThemselves(r *Rules) {
	n := r.naming
	if n.style != "preserve" || len(n.aliases) > 0 || n.own || len(r.patterns) > 0 || r.unknown != "allow" {
		return
	}
	const tight = `[A-Za-z0-9_\-:/%()&+#@']+` // plainChars without space, and without the dot of wrappers
	r.aids.themselves = regexp.MustCompile(`^` + tight + `(?: ` + tight + `)*(?:\n` + tight + `(?: ` + tight + `)*)*$`)
	var special []string
	for name := range n.reserved {
		spaced := ""
		for _, c := range strings.Split(name, "") {
			spaced += regexp.QuoteMeta(c) + " ?"
		}
		special = append(special, spaced)
		if len(spaced) > r.aids.suspect {
			r.aids.suspect = len(spaced)
		}
	}
	r.aids.special = regexp.MustCompile(`(?i)^(?:` + strings.Join(special, "|") + `)$`)
}

// Usual tells whether a route may have bodies for Short.
func Usual(r *Rules) bool { return r.aids != nil }

// learn notes the keys of a body that went the whole way.
func learn(r *Rules, b *Body) {
	keys := r.aids.known.Load().(map[string]*known)
	for i := range b.Attributes {
		a := &b.Attributes[i]
		key := a.Key
		if r.list {
			key += "\n" + a.Type
		}
		if keys[key] != nil || (a.Value.Kind != jsondoc.String && !r.list) {
			continue
		}
		if k := knowledge(r, a); k != nil {
			remember(r.aids, strings.Clone(key), k)
		}
	}
}

// knowledge is what holds for every plain value of a key; nil if it takes more to tell.
func knowledge(r *Rules, a *Attribute) *known {
	own := ruleFor(r, a.Name)
	if a.Name == "" || a.Dropped || len(a.Key) > longestKnown || (own == nil && r.unknown != "allow") {
		return nil
	}
	if a.Name != a.Key && (r.list || !madeOf(r.naming.plain, a.Name)) {
		return nil
	}
	if own != nil && (len(own.values) > 0 || own.pattern != nil || own.least > 0 || own.most > 0) {
		return nil
	}
	kind, broken := typeOf(r, own, a)
	if broken != nil || a.newType != "" || kind.family == familyStringList || (!r.list && kind.family != familyAny && kind.family != familyString) {
		return nil
	}
	k := &known{name: strings.Clone(a.Name), most: kind.most, kind: Type{family: kind.family}}
	if !r.values.allowEmpty {
		k.least = kind.least
	}
	setForm(r, k)
	return k
}

// remember adds a key to a copy of those that are known, for others are reading them.
func remember(s *aids, key string, k *known) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.known.Load().(map[string]*known)
	next := map[string]*known{}
	if len(now) < mostKnown {
		for other, what := range now {
			next[other] = what
		}
	}
	next[key] = k
	s.known.Store(next)
}

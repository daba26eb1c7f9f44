//go:build yaegi
// +build yaegi

package attribute

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/attrgate/attrgate/middleware/internal/regex"
)

// aids are what Short knows of a route's bodies. They learn keys from bodies that went the
// whole way; nothing in them is decided anew.
type aids struct {
	at     string       // the name of the place of objects, if their path is one name
	most   int          // how many attributes there may be
	quote  []byte       // what strings have around them
	quotes map[int]int  // how many of them a plain body has, by its number of attributes
	known  atomic.Value // *lexicon; who learns puts another one there

	mu       sync.Mutex        // of who learns
	learned  map[string]*known // since known was put there
	lessons  int               // how many bodies that took
	capacity int               // of known

	names *regexp.Regexp // lines of keys that are names as they stand; nil: it takes more to tell

	members int // what an element of a list has: see shortList
	deep    int // how many objects may be open in the value of one
}

// counted is for how many attributes quotes are known; for more they are counted anew.
const counted = 1000

// What Short needs of other packages has names here: each call makes a place for what is
// selected from a package, as for any expression.
var (
	containsAny = bytes.ContainsAny
	validUTF8   = utf8.Valid
	unmarshal   = json.Unmarshal
	countOf     = bytes.Count
)

// Unchanged is what Short says of a body that goes on as it came. No body is it.
const Unchanged = "unchanged"

// odd are the characters that JSON may have in a string and no plain body has.
const odd = "\\\x7f"

// setAids prepares a route for Short, if nothing is asked of its bodies as a whole.
func setAids(r *Rules) {
	if len(r.required) > 0 || r.sensitive != nil || r.values.forms.separators != "" || len(r.path) >= r.limits.Depth {
		return
	}
	s := &aids{most: r.limits.Attributes, quote: []byte(`"`), quotes: map[int]int{0: -1}, capacity: leastKnown}
	if s.capacity < 2*s.most {
		s.capacity = 2 * s.most
	}
	s.known.Store(newLexicon(map[string]*known{}))
	r.aids = s
	if r.list {
		setListAids(r)
		return
	}
	for i := 1; i <= s.most && i <= counted; i++ {
		s.quotes[i] = 4*i + 2*len(r.path)
	}
	if len(r.path) == 1 {
		s.at = r.path[0]
	}
	setThemselves(r)
}

// Usual tells whether a route may have bodies for Short or ShortOther, and for which.
func Usual(r *Rules) (usual, other bool) {
	return r.aids != nil, r.list || len(r.path) != 1
}

// Short returns what Write makes of a plain body of a route for objects at a path of one
// name: Unchanged, or another body. It returns "" if it takes the whole way to tell.
//
// Attributes are strings here, of which all that matters is their length. The
// decoder makes sure that the text is well-formed. All it loses is members whose name comes
// again, and null. Where a text has no backslash, each of its strings has two quotes, and
// nothing else has any. So if what was found accounts for all quotes, nothing was lost.
func Short(r *Rules, body []byte) string {
	s := r.aids
	var document map[string]map[string]string
	switch {
	case containsAny(body, odd):
		return ""
	case unmarshal(body, &document) != nil:
		return ""
	case validUTF8(body):
	default:
		return ""
	}
	found := document[s.at]
	if countOf(body, s.quote) != s.quotes[len(found)] {
		return shortOfMany(r, body, found)
	}
	words := s.known.Load().(*lexicon)
	var k *known
	renamed := 0
	for key, value := range found {
		k = words.keys[key]
		switch {
		case k == nil:
			return shortOfAny(r, body, found)
		case value == "":
			return shortOfAny(r, body, found)
		case len(value) > k.most:
			return ""
		case k.name != key:
			if found[k.name] != "" {
				return ""
			}
			renamed++
		}
	}
	if renamed > 0 {
		return rename(r, words, body, found, renamed)
	}
	return Unchanged
}

// ShortOther is Short for lists, and for objects at any path.
func ShortOther(r *Rules, body []byte) string {
	if bytes.ContainsAny(body, odd) || !utf8.Valid(body) {
		return ""
	}
	if r.list {
		var document any
		if json.Unmarshal(body, &document) != nil {
			return ""
		}
		return shortList(r, body, document)
	}
	return shortOfMany(r, body, foundAt(r.path, body))
}

// shortOfMany is Short for objects whose quotes are still to be counted.
func shortOfMany(r *Rules, body []byte, found map[string]string) string {
	count := len(found)
	if count == 0 || count > r.aids.most || bytes.Count(body, r.aids.quote) != 4*count+2*len(r.path) {
		return ""
	}
	return shortOfAny(r, body, found)
}

// foundAt decodes an object of strings, which is inside of others. It returns nothing if
// there is none.
func foundAt(path []string, body []byte) map[string]string {
	for _, name := range path {
		var outer map[string]json.RawMessage
		if json.Unmarshal(body, &outer) != nil {
			return nil
		}
		body = outer[name]
	}
	var found map[string]string
	if json.Unmarshal(body, &found) != nil {
		return nil
	}
	return found
}

// shortOfAny is Short for objects in which there are empty values, or keys that are not
// known: those have to be names as they stand, without rules, since there is nothing to
// learn about them. Only the first bodies are left to the way all the same, which learns them.
func shortOfAny(r *Rules, body []byte, found map[string]string) string {
	words := r.aids.known.Load().(*lexicon)
	if len(words.keys) == 0 {
		return ""
	}
	most := r.limits.ValueLength
	var unknown []string
	renamed := 0
	empty := false
	for key, value := range found {
		length := len(value)
		if length == 0 {
			empty = true
		}
		k := words.keys[key]
		if k == nil {
			if length > most {
				return ""
			}
			unknown = append(unknown, key)
			continue
		}
		if length < k.least || length > k.most {
			return ""
		}
		if k.name != key {
			if _, taken := found[k.name]; taken {
				return ""
			}
			renamed++
		}
	}
	if empty && bytes.Contains(body, []byte("null")) {
		return ""
	}
	if len(unknown) > 0 && !themselves(r, unknown) {
		return ""
	}
	if renamed > 0 {
		return rename(r, words, body, found, renamed)
	}
	return Unchanged
}

// rename writes names for keys into an object in which so many become others; "" if it is
// not sure to find them all. A key is a string with a colon behind it. Nothing else looks
// like one that is known: strings have no quotes in them, and no such key begins like what
// may follow a string. One with white space before its colon is not found. Where each name
// is shorter than its key by the same length, that of the text tells how many were.
func rename(r *Rules, words *lexicon, body []byte, found map[string]string, renamed int) string {
	text := string(body)
	written := words.tight.Replace(text)
	if words.less == 0 {
		return ifCertain(r, words, text, written, len(found))
	}
	if len(text)-len(written) != renamed*words.less {
		return ""
	}
	return written
}

// ifCertain returns what was written for a text with so many attributes, if it is so with any
// keys: no value is like one, there is no white space behind one, and no two have one name.
func ifCertain(r *Rules, words *lexicon, text, written string, count int) string {
	if words.loose.Replace(text) != written || len(foundAt(r.path, []byte(written))) != count {
		return ""
	}
	return written
}

// themselves tells whether keys are names as they stand, without rules and not reserved.
func themselves(r *Rules, keys []string) bool {
	most := r.limits.NameLength
	for _, key := range keys {
		if r.rules[key] != nil || len(key) > most {
			return false
		}
	}
	lines := strings.Join(keys, "\n")
	if r.aids.names == nil || !r.aids.names.MatchString(lines) {
		return false
	}
	lines = "\n" + loosely(lines) + "\n"
	for name := range r.naming.reserved {
		if strings.Contains(lines, "\n"+name+"\n") {
			return false
		}
	}
	return true
}

// setThemselves prepares a route for themselves, if it leaves names as they are and has no
// rules for those that it does not list.
func setThemselves(r *Rules) {
	n := r.naming
	if n.style != "preserve" || len(n.aliases) > 0 || n.own || len(r.patterns) > 0 || r.unknown != "allow" {
		return
	}
	const tight = `[A-Za-z0-9_\-:/%()&+#@']+` // plainChars without space, and without the dot of wrappers
	r.aids.names = regex.Must(`^` + tight + `(?: ` + tight + `)*(?:\n` + tight + `(?: ` + tight + `)*)*$`)
}

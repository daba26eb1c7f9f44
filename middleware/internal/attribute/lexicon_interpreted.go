//go:build yaegi
// +build yaegi

package attribute

import (
	"regexp"
	"strings"

	"github.com/attrgate/attrgate/middleware/internal/jsondoc"
)

// lexicon is what is known of keys. It does not change.
type lexicon struct {
	keys  map[string]*known
	less  int               // by how much each name that is written is shorter than its key; 0: see ifCertain
	loose *strings.Replacer // writes names for keys
	tight *strings.Replacer // the same for those that have a colon right behind them
}

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
	// leastKnown is how many keys a route knows at least before it forgets them all. Routes
	// for many attributes know twice as many as a body may have.
	leastKnown = 300

	// longestKnown is the longest key that is known, in bytes.
	longestKnown = 200

	// copied is how many known keys may be copied for one body that taught others.
	copied = 500
)

// newLexicon prepares to write names.
func newLexicon(keys map[string]*known) *lexicon {
	words := &lexicon{keys: keys}
	made := map[string]bool{}
	var loose, tight []string
	for key, k := range keys {
		if k.name == key {
			continue
		}
		loose = append(loose, `"`+key+`"`, `"`+k.name+`"`)
		tight = append(tight, `"`+key+`":`, `"`+k.name+`":`)
		less := len(key) - len(k.name)
		if made[k.name] || (len(made) > 0 && less != words.less) {
			less = 0
		}
		words.less = less
		made[k.name] = true
	}
	words.loose = strings.NewReplacer(loose...)
	words.tight = strings.NewReplacer(tight...)
	return words
}

// learn notes the keys of a body that went the whole way.
func learn(r *Rules, b *Body) {
	keys := r.aids.known.Load().(*lexicon).keys
	learned := map[string]*known{}
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
			key = strings.Clone(key)
			if r.list {
				k.name = key // nothing is renamed there
			}
			learned[key] = k
		}
	}
	if len(learned) > 0 {
		remember(r.aids, learned)
	}
}

// knowledge is what holds for every plain value of a key; nil if it takes more to tell.
func knowledge(r *Rules, a *Attribute) *known {
	own := ruleFor(r, a.Name)
	if a.Name == "" || a.Dropped || len(a.Key) > longestKnown || (own == nil && r.unknown != "allow") {
		return nil
	}
	if a.Name != a.Key && (r.list || !madeOf(r.naming.plain, a.Name) || !distinct(r, a.Key)) {
		return nil
	}
	if own != nil && (len(own.values) > 0 || own.pattern != nil || own.least > 0 || own.most > 0) {
		return nil
	}
	kind, broken := typeOf(r, own, a)
	if broken != nil || a.newType != "" || kind.family == familyStringList {
		return nil
	}
	if !r.list && (kind.least > 1 || (kind.family != familyAny && kind.family != familyString)) {
		return nil
	}
	k := &known{name: strings.Clone(a.Name), most: kind.most, kind: Type{family: kind.family}}
	if !r.values.allowEmpty {
		k.least = kind.least
	}
	setForm(r, k)
	return k
}

// distinct tells whether a key can be told from all else in a body: see rename.
func distinct(r *Rules, key string) bool {
	for _, name := range r.path {
		if key == name {
			return false
		}
	}
	return strings.IndexAny(key, " ,:]}") != 0 && !strings.Contains(key, `"`)
}

// remember adds keys to a copy of those that are known, for others are reading them. Where
// many are known it waits for some bodies to have taught others, so that it costs a body no
// more than to copy some keys.
func remember(s *aids, learned map[string]*known) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.known.Load().(*lexicon).keys
	if s.learned == nil {
		s.learned = map[string]*known{}
	}
	for key, k := range learned {
		s.learned[key] = k
	}
	s.lessons++
	if len(now) > copied*s.lessons && len(s.learned) < s.capacity {
		return
	}
	if len(now)+len(s.learned) <= s.capacity {
		for key, k := range now {
			s.learned[key] = k
		}
	}
	s.known.Store(newLexicon(s.learned))
	s.learned = nil
	s.lessons = 0
}

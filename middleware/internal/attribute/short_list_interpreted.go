//go:build yaegi
// +build yaegi

package attribute

import (
	"bytes"
	"strings"
)

// setListAids prepares a route whose bodies are lists for Short.
func setListAids(r *Rules) {
	s := r.aids
	s.members = 3
	s.deep = r.limits.Depth - len(r.path) - 2
	if r.members.kind == "" {
		s.members = 2
	}
	if r.values.nested != "leaves" {
		s.deep = 0
	}
}

// setForm notes what a type asks of a value beside its length.
func setForm(r *Rules, k *known) {
	f := r.values.forms
	switch k.kind.family {
	case familyAny, familyString:
	case familyAlphanum:
		k.made = f.alphanum.characters
	case familyAlphanumSpecial:
		k.made = f.special.characters
	case familyNumber:
		k.form = f.number
	case familyPositiveNumber:
		k.form = f.positive
	case familyPhoneNumber:
		k.form = f.phone
	case familyWebChannelData:
		k.object = true
		k.most = int(r.limits.BodyBytes)
	default:
		k.judged = true
	}
}

// shortList is Short for lists, which a decoder has read. The elements have the members of
// an attribute and no others, and the values are strings, or objects of strings and such
// objects. The quotes of the body are counted as Short does it.
func shortList(r *Rules, body []byte, document any) string {
	s := r.aids
	for _, name := range r.path {
		object, is := document.(map[string]any)
		if !is {
			return ""
		}
		document = object[name]
	}
	list, is := document.([]any)
	if !is || len(list) == 0 || len(list) > s.most {
		return ""
	}
	keys := s.known.Load().(*lexicon).keys
	names := map[string]bool{}
	all := len(r.path)
	for _, element := range list {
		members, is := element.(map[string]any)
		if !is {
			return ""
		}
		key, _ := members[r.members.key].(string)
		kind, _ := members[r.members.kind].(string)
		k := keys[key+"\n"+kind]
		if k == nil {
			return ""
		}
		names[key] = true
		all += 2*s.members - 1
		level := []any{members[r.members.value]}
		for deep := s.deep; len(level) > 0; deep-- {
			var next []any
			for _, value := range level {
				object, is := value.(map[string]any)
				if is && deep > 0 {
					all += len(object)
					for _, member := range object {
						next = append(next, member)
					}
					continue
				}
				t, is := value.(string)
				if !is || (k.object && deep == s.deep) || len(t) < k.least || len(t) > k.most ||
					(k.made != "" && strings.Trim(t, k.made) != "") || (k.form != nil && !k.form.MatchString(t)) ||
					(k.judged && !fits(r.values.forms, k.kind, t)) {
					return ""
				}
				all++
			}
			level = next
		}
	}
	if len(names) != len(list) || bytes.Count(body, s.quote) != 2*all {
		return ""
	}
	return Unchanged
}

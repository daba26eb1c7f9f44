//go:build !yaegi
// +build !yaegi

package attribute

import (
	"strings"
	"unicode/utf8"
)

// unwrapped takes one wrapper off a key, if there is one. It is the regular expression
// wrapper by hand, for keys in ASCII: a tenth of its time (BenchmarkUnwrapped).
func unwrapped(n *naming, key string) (inner string, ok bool) {
	if !ascii(key) {
		return unwrappedByPattern(n, key)
	}
	rest, ok := after(strings.TrimPrefix(key, "%"), "visitor")
	if ok {
		rest, ok = after(rest, ".")
	}
	if ok {
		rest, ok = after(rest, "custom")
	}
	if ok && rest != "" && (rest[0] == '_' || rest[0] == ' ') {
		rest = rest[1:]
	}
	if !ok || !foldedPrefix(rest, "info") {
		return "", false
	}
	rest, ok = after(rest[len("info"):], ".")
	return strings.TrimSuffix(rest, "%"), ok
}

func unwrappedByPattern(n *naming, key string) (inner string, ok bool) {
	found := n.wrapper.FindStringIndex(key)
	if found == nil {
		return "", false
	}
	return strings.TrimSuffix(key[found[1]:], "%"), true
}

// after cuts white space and a word, in any letter case, off the front of a text.
func after(text, word string) (rest string, ok bool) {
	for text != "" && (text[0] == ' ' || ('\t' <= text[0] && text[0] <= '\r' && text[0] != '\v')) {
		text = text[1:]
	}
	if !foldedPrefix(text, word) {
		return "", false
	}
	return text[len(word):], true
}

// foldedPrefix tells whether a text in ASCII begins with a word in small letters and dots. No
// other character than a letter's capital, or a control character for the dot, differs from
// it by the one bit.
func foldedPrefix(text, word string) bool {
	if len(text) < len(word) {
		return false
	}
	for i := 0; i < len(word); i++ {
		if text[i] != word[i] && (text[i]|0x20 != word[i] || word[i] == '.') {
			return false
		}
	}
	return true
}

func ascii(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

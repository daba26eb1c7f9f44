package attribute

import (
	"strings"
	"unicode"
)

// settled is after how many rounds a name is taken as it is. None is known that needs more
// than three.
const settled = 8

// styled spells a name in a style. It goes on until nothing changes, so that styling twice
// is styling once: pascal makes XEMail of "x e mail", whose words are XE and Mail, and so
// XeMail.
func styled(style, name string) string {
	for round := 0; round < settled; round++ {
		next := respelled(style, name)
		if next == name {
			break
		}
		name = next
	}
	return name
}

func respelled(style, name string) string {
	switch style {
	case "lower":
		return strings.ToLower(name)
	case "upper":
		return strings.ToUpper(name)
	case "title":
		return strings.Join(capitalised(words(name), 0), " ")
	case "snake":
		return strings.ToLower(strings.Join(words(name), "_"))
	case "kebab":
		return strings.ToLower(strings.Join(words(name), "-"))
	case "camel":
		return strings.Join(capitalised(words(name), 1), "")
	case "pascal":
		return strings.Join(capitalised(words(name), 0), "")
	}
	return name
}

// capitalised writes words in small letters, with a capital in front from the given word
// on.
func capitalised(list []string, from int) []string {
	out := make([]string, 0, len(list))
	for i, w := range list {
		w = strings.ToLower(w)
		if i >= from {
			runes := []rune(w)
			w = string(unicode.ToUpper(runes[0])) + string(runes[1:])
		}
		out = append(out, w)
	}
	return out
}

// words divides a name into words: at everything that is no letter, mark or digit; before
// a capital that follows anything else; and before the last capital of a row that a small
// letter follows, so that HTTPServer is HTTP and Server. A digit belongs to the word before
// it.
func words(name string) []string {
	var list []string
	runes := []rune(name)
	start := 0
	for i := 0; i <= len(runes); i++ {
		if i < len(runes) && inWord(runes[i]) && (i == start || !startsWord(runes, i)) {
			continue
		}
		if i > start {
			list = append(list, string(runes[start:i]))
		}
		start = i
		if i < len(runes) && !inWord(runes[i]) {
			start = i + 1
		}
	}
	return list
}

func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)
}

// startsWord tells whether a new word starts at i, inside a run of word characters.
func startsWord(runes []rune, i int) bool {
	if !unicode.IsUpper(runes[i]) {
		return false
	}
	if !unicode.IsUpper(runes[i-1]) {
		return true
	}
	return i+1 < len(runes) && unicode.IsLower(runes[i+1])
}

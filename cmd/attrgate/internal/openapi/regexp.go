package openapi

import (
	"regexp"
	"strings"
)

var (
	quantifier = regexp.MustCompile(`^\{[0-9]+(?:,[0-9]*)?\}`)

	// category is a Unicode general category that both dialects know by the same name, with
	// the same meaning: to C, RE2 does not count what is not assigned.
	category = regexp.MustCompile(`^\\[pP](?:[LMNPSZ]|\{[LMNPSZ][a-z]?\})`)
)

// dialect turns a pattern of a policy (RE2) into one of JSON Schema (ECMA-262 with the flag
// u), and tells whether it could. What means something else there, or nothing, it leaves:
// flags, named groups, white space and word classes of Perl, escapes of one dialect only.
func dialect(pattern string) (string, bool) {
	var out strings.Builder
	for in := pattern; in != ""; {
		text, length := step(in)
		if length == 0 {
			return "", false
		}
		out.WriteString(text)
		in = in[length:]
	}
	return "^(?:" + out.String() + ")$", true
}

// step takes the next part of a pattern outside of a class. Length 0: it cannot be taken over.
func step(in string) (text string, length int) {
	switch in[0] {
	case '\\':
		return escape(in)
	case '[':
		return class(in)
	case '.':
		return `[^\n]`, 1
	case ']', '}':
		return `\` + in[:1], 1
	case '{':
		if q := quantifier.FindString(in); q != "" {
			return q, len(q)
		}
		return `\{`, 1
	case '(':
		if strings.HasPrefix(in, "(?") && !strings.HasPrefix(in, "(?:") {
			return "", 0
		}
	}
	return in[:1], 1
}

// escape takes a backslash and what belongs to it.
func escape(in string) (string, int) {
	if c := category.FindString(in); c != "" {
		if !strings.HasSuffix(c, "}") {
			return c[:2] + "{" + c[2:] + "}", len(c)
		}
		return c, len(c)
	}
	switch {
	case len(in) < 2:
		return "", 0
	case strings.ContainsRune(`dDwWnrtfv`, rune(in[1])), strings.ContainsRune(`^$\.*+?()[]{}|/`, rune(in[1])):
		return in[:2], 2
	case in[1] == 'x' && len(in) >= 4 && in[2] != '{':
		return in[:4], 4
	case in[1] < 0x80 && !isAlphanumeric(in[1]):
		return in[1:2], 2 // a sign that needs no backslash
	}
	return "", 0
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// class takes a class in brackets.
func class(in string) (string, int) {
	at := 1
	if strings.HasPrefix(in, "[^") {
		at = 2
	}
	if strings.HasPrefix(in[at:], "]") {
		return "", 0
	}
	var out strings.Builder
	out.WriteString(in[:at])
	for at < len(in) && in[at] != ']' {
		text, length := inClass(in[at:])
		if length == 0 {
			return "", 0
		}
		out.WriteString(text)
		at += length
	}
	if at >= len(in) {
		return "", 0
	}
	return out.String() + "]", at + 1
}

// inClass takes the next part within a class.
func inClass(in string) (string, int) {
	switch {
	case strings.HasPrefix(in, "[:"):
		return "", 0
	case in[0] == '[':
		return `\[`, 1
	case strings.HasPrefix(in, `\-`):
		return `\-`, 2
	case in[0] == '\\':
		return escape(in)
	}
	return in[:1], 1
}

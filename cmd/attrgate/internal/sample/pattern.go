package sample

import (
	"regexp/syntax"
	"strings"
)

// matches returns texts that match a pattern (RE2), the shortest first. They are few, and none
// are promised.
func matches(pattern string) []string {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	parsed = parsed.Simplify()
	var texts []string
	known := map[string]bool{}
	for more := range 12 {
		text, ok := write(parsed, more)
		if ok && !known[text] {
			known[text] = true
			texts = append(texts, text)
		}
	}
	return texts
}

// write writes a text that matches, with so many repetitions more than there must be.
func write(re *syntax.Regexp, more int) (string, bool) {
	switch re.Op {
	case syntax.OpLiteral:
		return string(re.Rune), true
	case syntax.OpCharClass:
		return fromClass(re.Rune)
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return "a", true
	case syntax.OpCapture:
		return write(re.Sub[0], more)
	case syntax.OpConcat:
		return writeAll(re.Sub, more)
	case syntax.OpAlternate:
		return write(re.Sub[more%len(re.Sub)], more)
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest:
		return repeat(re, more)
	case syntax.OpNoMatch, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return "", false
	}
	return "", true // what takes no room
}

func writeAll(parts []*syntax.Regexp, more int) (string, bool) {
	var out strings.Builder
	for _, part := range parts {
		text, ok := write(part, more)
		if !ok {
			return "", false
		}
		out.WriteString(text)
	}
	return out.String(), true
}

func repeat(re *syntax.Regexp, more int) (string, bool) {
	times := more
	if re.Op == syntax.OpPlus {
		times++
	}
	if re.Op == syntax.OpQuest {
		times = min(times, 1)
	}
	text, ok := write(re.Sub[0], more)
	return strings.Repeat(text, times), ok
}

// fromClass takes a character of a class that people can read, if there is one.
func fromClass(ranges []rune) (string, bool) {
	for _, wanted := range "aA0 -_.1bB" {
		for i := 0; i+1 < len(ranges); i += 2 {
			if ranges[i] <= wanted && wanted <= ranges[i+1] {
				return string(wanted), true
			}
		}
	}
	if len(ranges) == 0 {
		return "", false
	}
	return string(ranges[0]), true
}

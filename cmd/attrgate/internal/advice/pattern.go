package advice

import (
	"regexp/syntax"
	"unicode"
)

// needs tells whether every text that a pattern matches has a character that lacks says no
// text has. It may miss some, and is never wrong about one.
func needs(pattern string, lacks func(rune) bool) bool {
	re, err := syntax.Parse(pattern, syntax.Perl)
	return err == nil && unavoidable(re, lacks)
}

func unavoidable(re *syntax.Regexp, lacks func(rune) bool) bool {
	switch re.Op {
	case syntax.OpLiteral:
		return literalLacks(re, lacks)
	case syntax.OpCharClass:
		return classLacks(re.Rune, lacks)
	case syntax.OpConcat:
		for _, part := range re.Sub {
			if unavoidable(part, lacks) {
				return true
			}
		}
	case syntax.OpAlternate:
		for _, part := range re.Sub {
			if !unavoidable(part, lacks) {
				return false
			}
		}
		return true
	case syntax.OpCapture, syntax.OpPlus:
		return unavoidable(re.Sub[0], lacks)
	case syntax.OpRepeat:
		return re.Min > 0 && unavoidable(re.Sub[0], lacks)
	}
	return false
}

func literalLacks(re *syntax.Regexp, lacks func(rune) bool) bool {
	for _, r := range re.Rune {
		if lacks(r) && (re.Flags&syntax.FoldCase == 0 || foldsLack(r, lacks)) {
			return true
		}
	}
	return false
}

func foldsLack(r rune, lacks func(rune) bool) bool {
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		if !lacks(other) {
			return false
		}
	}
	return true
}

// largestClass bounds the characters that are tried one by one.
const largestClass = 256

func classLacks(ranges []rune, lacks func(rune) bool) bool {
	tried := 0
	for i := 0; i < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if tried++; tried > largestClass || !lacks(r) {
				return false
			}
		}
	}
	return tried > 0
}

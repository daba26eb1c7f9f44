//go:build !yaegi
// +build !yaegi

package pattern

import "regexp/syntax"

// runs is a pattern of ASCII characters one after the other, such as [A-Z][a-z]{0,9}: as
// most patterns of variables are. All but the last have one length, so that there is one way
// to match. BenchmarkVariables: four times as fast as package regexp.
type runs struct {
	all []run
}

// run is a number of characters out of a class.
type run struct {
	class [256]bool
	least int
	most  int // less than zero: any number
}

// newRuns reads a pattern; nil if it says more than runs can.
func newRuns(pattern string) *runs {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	parts := []*syntax.Regexp{parsed}
	if parsed.Op == syntax.OpConcat {
		parts = parsed.Sub
	}
	r := &runs{}
	for i, part := range parts {
		next, ok := newRun(part)
		if !ok || (next.least != next.most && i != len(parts)-1) {
			return nil
		}
		r.all = append(r.all, next)
	}
	return r
}

func newRun(part *syntax.Regexp) (r run, ok bool) {
	switch part.Op {
	case syntax.OpCharClass:
		r = run{least: 1, most: 1}
		return r, fill(&r.class, part.Rune)
	case syntax.OpStar:
		r = run{most: -1}
	case syntax.OpPlus:
		r = run{least: 1, most: -1}
	case syntax.OpQuest:
		r = run{most: 1}
	case syntax.OpRepeat:
		r = run{least: part.Min, most: part.Max}
	default:
		return r, false
	}
	if part.Sub[0].Op != syntax.OpCharClass {
		return r, false
	}
	ok = fill(&r.class, part.Sub[0].Rune)
	return r, ok
}

// fill makes a class of ranges, if it has nothing beyond ASCII.
func fill(class *[256]bool, ranges []rune) bool {
	for i := 0; i < len(ranges); i += 2 {
		if ranges[i+1] > 0x7f {
			return false
		}
		for c := ranges[i]; c <= ranges[i+1]; c++ {
			class[c] = true
		}
	}
	return true
}

func (r *runs) match(text string) bool {
	for i := range r.all {
		next := &r.all[i]
		n := next.count(text)
		if n < next.least {
			return false
		}
		text = text[n:]
	}
	return text == ""
}

// count is how many characters at the start of a text are in the class, up to the most.
func (r *run) count(text string) int {
	if r.most >= 0 && r.most < len(text) {
		text = text[:r.most]
	}
	for i, c := range []byte(text) {
		if !r.class[c] {
			return i
		}
	}
	return len(text)
}

// allows tells whether a variable may have a value.
func allows(s *Segment, value string) bool {
	if s.runs != nil {
		return s.runs.match(value)
	}
	return s.Allowed.MatchString(value)
}

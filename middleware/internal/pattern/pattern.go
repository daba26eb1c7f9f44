// Package pattern finds the route that guards a request, and the requests that only look
// as if none did: other spellings of a guarded path.
//
// It does not build on http.ServeMux: under the GODEBUG setting httpmuxgo121=1, which the
// main program chooses and not we, ServeMux patterns match nothing, and a gate that
// matches nothing passes everything.
package pattern

import (
	"regexp"
	"strings"

	"github.com/attrgate/attrgate/middleware/internal/regex"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Pattern is a method and a path, such as "PUT /forms/{channelSessionId}".
type Pattern struct {
	Method   string
	Segments []Segment
}

// Segment is one part of a path between slashes: a literal, or a variable.
type Segment struct {
	Literal  string
	Variable string
	Allowed  *regexp.Regexp // what a variable may be; nil: anything

	runs *runs // the same, where it is simple enough; nil: it is not
}

const (
	matchForm    = `^[A-Z]+ /`
	literalForm  = `^[A-Za-z0-9_~!$&'()*+,=:@-][A-Za-z0-9_.~!$&'()*+,=:@-]*$`
	variableForm = `^\{[A-Za-z_][A-Za-z0-9_]*\}$`
)

// Parse reads the match and the variables of a route; what is wrong goes to ps under the
// route's path. The pattern of a match that cannot be read is empty.
func Parse(route policy.Route, path string, ps *policy.Problems) Pattern {
	method, target, _ := strings.Cut(route.Match, " ")
	at := path + ".match"
	switch {
	case route.Match == "" && route.API != "": // which is not known, and that is told
		return Pattern{}
	case route.Match == "":
		ps.Add(at, "required, such as \"PUT /forms/{channelSessionId}\"")
		return Pattern{}
	case !regex.Must(matchForm).MatchString(route.Match):
		ps.Add(at, "must be a method in capitals, a space and a path, such as \"PUT /forms/{id}\"")
		return Pattern{}
	}
	segments := parseSegments(target, at, ps)
	bind(segments, route.Variables, path+".variables", ps)
	return Pattern{Method: method, Segments: segments}
}

func parseSegments(target, at string, ps *policy.Problems) []Segment {
	var segments []Segment
	seen := map[string]bool{}
	for _, part := range strings.Split(target[1:], "/") {
		segment := parseSegment(part, at, ps)
		if segment.Variable != "" && seen[segment.Variable] {
			ps.Add(at, "variable {%s} is there twice", segment.Variable)
		}
		seen[segment.Variable] = true
		segments = append(segments, segment)
	}
	return segments
}

func parseSegment(part, at string, ps *policy.Problems) Segment {
	switch {
	case part == "":
		ps.Add(at, "an empty segment: no doubled or trailing slash")
	case regex.Must(variableForm).MatchString(part):
		return Segment{Variable: part[1 : len(part)-1]}
	case strings.ContainsAny(part, "{}"):
		ps.Add(at, "segment %q: a variable takes a whole segment, such as {id}", part)
	case !regex.Must(literalForm).MatchString(part):
		ps.Add(at, "segment %q: only letters, digits and _-.~!$&'()*+,=:@, and no dot in front", part)
	}
	return Segment{Literal: part}
}

// bind compiles the variables' patterns into the segments that carry them.
func bind(segments []Segment, variables []policy.Variable, at string, ps *policy.Problems) {
	for i, v := range variables {
		here := at + index(i)
		allowed, err := regex.Whole(v.Pattern)
		position := find(segments, v.Name)
		switch {
		case position < 0:
			ps.Add(here+".name", "%q is no variable of match", v.Name)
		case v.Pattern == "":
			ps.Add(here+".pattern", "required")
		case err != nil:
			ps.Add(here+".pattern", "%v", err)
		case segments[position].Allowed != nil:
			ps.Add(here+".name", "%q is bound twice", v.Name)
		default:
			segments[position].Allowed = allowed
			segments[position].runs = newRuns(v.Pattern)
		}
	}
}

func find(segments []Segment, variable string) int {
	for i := range segments {
		if variable != "" && segments[i].Variable == variable {
			return i
		}
	}
	return -1
}

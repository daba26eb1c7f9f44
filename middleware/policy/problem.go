package policy

import (
	"fmt"
	"strings"
)

// Problem is something wrong with a policy.
type Problem struct {
	// Path leads to the place, such as routes[0].keys.style. Empty: the whole policy.
	Path string

	// Message says what is wrong and what to do.
	Message string
}

// String returns the path and the message.
func (p Problem) String() string {
	if p.Path == "" {
		return p.Message
	}
	return p.Path + ": " + p.Message
}

// Problems is everything that is wrong with a policy, found in one pass. It is an error.
type Problems []Problem

// Error returns one line a problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Add notes a problem; the message is formatted as by fmt.Sprintf.
func (ps *Problems) Add(path, format string, args ...any) {
	*ps = append(*ps, Problem{Path: path, Message: fmt.Sprintf(format, args...)})
}

// OneOf notes a problem unless value is among choices.
func (ps *Problems) OneOf(path, value string, choices ...string) {
	for _, c := range choices {
		if value == c {
			return
		}
	}
	if value == "" {
		ps.Add(path, "required: one of %s", quoteAll(choices))
		return
	}
	ps.Add(path, "%q is none of %s", value, quoteAll(choices))
}

// Err returns the problems as an error, or nil if there are none.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}

func quoteAll(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = fmt.Sprintf("%q", w)
	}
	return strings.Join(quoted, ", ")
}

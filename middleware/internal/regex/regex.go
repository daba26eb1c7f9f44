// Package regex compiles regular expressions, each once for the whole process. Traefik builds
// a gate for every router, and builds all of them again at each change of its configuration;
// nearly all of a gate's memory would be the same expressions over and over.
package regex

import (
	"regexp"
	"regexp/syntax"
	"sync"
)

// most bounds the expressions that are kept. They come from policies and from our own
// source, never from a request; when there are as many, all are forgotten.
const most = 512

type memory struct {
	mu       sync.Mutex
	compiled map[string]*regexp.Regexp
}

var kept = &memory{compiled: map[string]*regexp.Regexp{}}

// Compile is regexp.Compile. What it returns is shared and must not be changed.
func Compile(text string) (*regexp.Regexp, error) {
	kept.mu.Lock()
	defer kept.mu.Unlock()
	if found := kept.compiled[text]; found != nil {
		return found, nil
	}
	compiled, err := regexp.Compile(text)
	if err != nil {
		return nil, err
	}
	if len(kept.compiled) >= most {
		kept.compiled = map[string]*regexp.Regexp{}
	}
	kept.compiled[text] = compiled
	return compiled, nil
}

// Whole compiles a pattern that must match a whole text. By itself it must be an expression
// too: one such as a)|(b would make two of ours, each of which matches more than the whole.
func Whole(pattern string) (*regexp.Regexp, error) {
	if _, err := syntax.Parse(pattern, syntax.Perl); err != nil {
		return nil, err
	}
	return Compile("^(?:" + pattern + ")$")
}

// Must is Compile for an expression of our own source, or one that has been compiled before.
func Must(text string) *regexp.Regexp {
	compiled, err := Compile(text)
	if err != nil {
		return regexp.MustCompile(text)
	}
	return compiled
}

package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// shown is how many wrong answers are kept to be read.
const shown = 10

// tally counts what became of the requests.
type tally struct {
	mu    sync.Mutex
	right map[string]int
	wrong int
	first []string
}

func newTally() *tally { return &tally{right: map[string]int{}} }

func (t *tally) add(k kind, wrong string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if wrong == "" {
		t.right[k.name]++
		return
	}
	if t.wrong++; t.wrong <= shown {
		t.first = append(t.first, fmt.Sprintf("%s: wanted %d %s, got %s", k.name, k.status, k.holds, wrong))
	}
}

func (t *tally) sum() (n int) {
	for _, right := range t.right {
		n += right
	}
	return n
}

// verdict is an error if an answer was wrong, or if a kind of request was never sent.
func (t *tally) verdict() error {
	if t.wrong > 0 {
		return fmt.Errorf("%d wrong answers, the first:\n%s", t.wrong, strings.Join(t.first, "\n"))
	}
	if len(t.right) < len(kinds) {
		return errors.New("some kinds of requests were never sent")
	}
	return nil
}

// String says how many requests there were of each kind.
func (t *tally) String() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(t.right)) {
		parts = append(parts, fmt.Sprintf("%d %s", t.right[name], name))
	}
	return fmt.Sprintf("%d requests sent, %d answered right, %d wrong (%s)", t.sum()+t.wrong, t.sum(), t.wrong, strings.Join(parts, ", "))
}

package token

import (
	"sync"
	"time"
)

const (
	// tolerated is how many failures in a row an endpoint may have before it is left in
	// peace for a while.
	tolerated = 5

	// shortBreak is how long that is at first; it doubles with each failure that follows.
	shortBreak = 10 * time.Second

	// longBreak is the longest break.
	longBreak = time.Minute

	// maxAsking bounds the questions to one endpoint that are open at a time.
	maxAsking = 512
)

// breaker keeps us from asking an endpoint that does not answer. It is closed, open for a
// while after a row of failures, and then half open: one question is let through, and what
// becomes of it decides. The zero breaker is closed.
type breaker struct {
	mu       sync.Mutex
	asking   int           // questions under way
	failures int           // in a row
	pause    time.Duration // how long the present break is; zero: closed
	until    time.Time     // the end of the present break
	probing  bool          // the question that decides is under way
}

// enter tells whether a question may be asked, and whether it is the one that decides.
// If it may, leave must follow.
func enter(b *breaker, now time.Time) (probe, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.asking >= maxAsking {
		return false, false
	}
	if b.pause > 0 && (b.probing || now.Before(b.until)) {
		return false, false
	}
	probe = b.pause > 0
	b.probing = b.probing || probe
	b.asking++
	return probe, true
}

// leave notes what became of a question.
func leave(b *breaker, probe, answered bool, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asking--
	if probe {
		b.probing = false
	}
	if answered {
		b.failures = 0
		b.pause = 0
		return
	}
	if b.pause > 0 && !probe {
		return // it was asked before the break
	}
	b.failures++
	if b.failures >= tolerated {
		b.pause = longer(b.pause)
		b.until = now.Add(b.pause)
	}
}

// longer is the length of the break that follows one of length d.
func longer(d time.Duration) time.Duration {
	switch {
	case d == 0:
		return shortBreak
	case 2*d > longBreak:
		return longBreak
	}
	return 2 * d
}

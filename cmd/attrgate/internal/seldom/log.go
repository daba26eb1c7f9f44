// Package seldom keeps one trouble from filling a log.
package seldom

import (
	"log"
	"sync"
	"time"
)

// minute is the least time between two lines of a Log.
const minute = time.Minute

// Log prints errors, at most one a minute; the others are left out. It is safe for
// concurrent use.
type Log struct {
	to    *log.Logger
	about string
	now   func() time.Time

	mu   sync.Mutex
	next time.Time
}

// New returns a Log that prints to a logger what the errors are about, and the error. If now
// is nil, it goes by time.Now.
func New(to *log.Logger, about string, now func() time.Time) *Log {
	if now == nil {
		now = time.Now
	}
	return &Log{to: to, about: about, now: now}
}

// Print prints an error unless there was one within the last minute.
func (l *Log) Print(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if now.Before(l.next) {
		return
	}
	l.next = now.Add(minute)
	l.to.Printf("%s: %v", l.about, err)
}

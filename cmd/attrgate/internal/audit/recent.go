package audit

import (
	"bytes"
	"context"
	"io"
	"sync"
)

// remembered is how many lines a Recent holds.
const remembered = 256

// Recent remembers the last 256 lines that were written to it. Each Write is a line, and
// they have numbers, beginning with one. Its zero value is empty and ready, and it is safe
// for concurrent use.
type Recent struct {
	mu     sync.Mutex
	lines  [remembered][]byte
	last   uint64        // the number of the youngest line; zero: there is none
	more   chan struct{} // closed at the next line; nil: nobody waits
	closed bool
}

// Write remembers a line. It never fails.
func (r *Recent) Write(line []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last++
	r.lines[r.last%remembered] = bytes.Clone(line)
	r.wake()
	return len(line), nil
}

// WriteTo writes the lines, the oldest first.
func (r *Recent) WriteTo(out io.Writer) (int64, error) {
	lines, _ := r.Since(0)
	n, err := out.Write(bytes.Join(lines, nil))
	return int64(n), err
}

// Since returns the lines that it still has after the one with a number, the oldest first,
// and the number of the youngest one. After a number that it does not know yet, all.
func (r *Recent) Since(number uint64) (lines [][]byte, last uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if number > r.last {
		number = 0 // it is of another run
	}
	if r.last > remembered {
		number = max(number, r.last-remembered)
	}
	for number < r.last {
		number++
		lines = append(lines, r.lines[number%remembered])
	}
	return lines, r.last
}

// Wait waits for a line after the one with a number. False: ctx or the Recent has ended.
func (r *Recent) Wait(ctx context.Context, number uint64) bool {
	for {
		r.mu.Lock()
		if r.closed || r.last > number {
			closed := r.closed
			r.mu.Unlock()
			return !closed
		}
		if r.more == nil {
			r.more = make(chan struct{})
		}
		more := r.more
		r.mu.Unlock()
		select {
		case <-ctx.Done():
			return false
		case <-more:
		}
	}
}

// Close ends what waits for lines. Lines can still be written and read.
func (r *Recent) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	r.wake()
}

func (r *Recent) wake() {
	if r.more != nil {
		close(r.more)
		r.more = nil
	}
}

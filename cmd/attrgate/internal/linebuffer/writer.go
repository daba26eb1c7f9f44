// Package linebuffer writes lines several at a time: under load, a call of the system for
// each line of a log costs as much as the line.
package linebuffer

import (
	"bufio"
	"io"
	"sync"
	"time"
)

const (
	// Delay is how long a line waits for others at most.
	Delay = 10 * time.Millisecond

	// size is how many bytes of lines wait; whoever writes more waits until they are written.
	size = 64 << 10
)

// Writer hands on what is written to it within Delay, in order, and never divides what came
// with one Write: with each call of it, the writer behind gets one or more of these pieces.
// It is safe for concurrent use. Close, or what came last is lost.
type Writer struct {
	mu     sync.Mutex
	out    io.Writer
	buffer *bufio.Writer
	timer  *time.Timer
	due    bool // the timer runs
}

// New returns a Writer that hands on to out.
func New(out io.Writer) *Writer {
	w := &Writer{out: out, buffer: bufio.NewWriterSize(out, size)}
	w.timer = time.AfterFunc(time.Hour, w.flushDue)
	w.timer.Stop()
	return w
}

// Write takes one piece. An error is that of pieces from before, which are lost.
func (w *Writer) Write(piece []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(piece) > w.buffer.Available() {
		if err := w.flush(); err != nil {
			return 0, err
		}
	}
	n, err := w.buffer.Write(piece)
	if !w.due {
		w.due = true
		w.timer.Reset(Delay)
	}
	return n, err
}

// Close hands on what waits. It does not close the writer behind.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer.Stop()
	return w.flush()
}

func (w *Writer) flushDue() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.due = false
	_ = w.flush() // there is nobody to tell
}

// flush forgets an error, and what could not be written with it: the next lines may fare
// better.
func (w *Writer) flush() error {
	err := w.buffer.Flush()
	if err != nil {
		w.buffer.Reset(w.out)
	}
	return err
}

package audit

import (
	"bytes"
	"io"
	"sync"
)

// remembered is how many lines a Recent holds.
const remembered = 256

// Recent remembers the last 256 lines that were written to it. Each Write is a line. Its
// zero value is empty and ready, and it is safe for concurrent use.
type Recent struct {
	mu    sync.Mutex
	lines [remembered][]byte
	next  int
}

// Write remembers a line. It never fails.
func (r *Recent) Write(line []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines[r.next] = bytes.Clone(line)
	r.next = (r.next + 1) % remembered
	return len(line), nil
}

// WriteTo writes the lines, the oldest first.
func (r *Recent) WriteTo(out io.Writer) (int64, error) {
	n, err := out.Write(r.all())
	return int64(n), err
}

func (r *Recent) all() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	lines := append(append([][]byte{}, r.lines[r.next:]...), r.lines[:r.next]...)
	return bytes.Join(lines, nil)
}

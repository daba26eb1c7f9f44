// Package patience bounds how long a connection waits for its other side.
package patience

import (
	"net"
	"sync/atomic"
	"time"
)

// spare is the part of a patience that a deadline gets on top, so that it serves more than
// one write: to set one costs more than to look whether it will do.
const spare = 8

// Deadline is that of a connection for writing. Each write has at least the time of a
// patience, and at most an eighth more. It is safe for concurrent use.
type Deadline struct {
	patience time.Duration
	began    time.Time
	till     atomic.Int64 // since began; zero: none is known to be set
}

// New returns one that is not set.
func New(patience time.Duration) *Deadline {
	return &Deadline{patience: patience, began: time.Now()}
}

// Extend gives a connection time for one more write.
func (d *Deadline) Extend(c net.Conn) error {
	now := time.Since(d.began)
	if time.Duration(d.till.Load())-now >= d.patience {
		return nil
	}
	till := now + d.patience + d.patience/spare
	d.till.Store(int64(till)) // before it is set, or Forget in between would be forgotten
	err := c.SetWriteDeadline(d.began.Add(till))
	if err != nil {
		d.Forget()
	}
	return err
}

// Forget is called when somebody else has set a deadline.
func (d *Deadline) Forget() { d.till.Store(0) }

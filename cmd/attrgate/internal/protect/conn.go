package protect

import (
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/patience"
)

// conn is a client's connection. It is cut when the client takes nothing of what is written
// for the time of its patience; one that takes little, but goes on taking, is not.
type conn struct {
	net.Conn
	deadline *patience.Deadline
	theirs   atomic.Bool  // the deadline is somebody else's, such as that of a handshake
	idle     atomic.Int64 // since when it waits for a request; zero: it does not
	closed   sync.Once
	release  func()
}

// Write implements net.Conn. With TLS it writes records, and with HTTP/2 frames.
func (c *conn) Write(p []byte) (n int, err error) {
	for {
		if !c.theirs.Load() {
			_ = c.deadline.Extend(c.Conn) // fails only if Write does
		}
		taken, err := c.Conn.Write(p[n:])
		n += taken
		if taken == 0 || c.theirs.Load() || !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
	}
}

// SetDeadline implements net.Conn.
func (c *conn) SetDeadline(t time.Time) error {
	c.theirs.Store(!t.IsZero())
	defer c.deadline.Forget()
	return c.Conn.SetDeadline(t)
}

// SetWriteDeadline implements net.Conn.
func (c *conn) SetWriteDeadline(t time.Time) error {
	c.theirs.Store(!t.IsZero())
	defer c.deadline.Forget()
	return c.Conn.SetWriteDeadline(t)
}

// CloseWrite lets net/http end an answer without resetting the connection, when it does
// not read the rest of a request.
func (c *conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// Close implements net.Conn.
func (c *conn) Close() error {
	err := c.Conn.Close()
	c.closed.Do(c.release)
	return err
}

package protect

import (
	"net"
	"sync"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/patience"
)

// listener accepts connections as long as there is room for them.
type listener struct {
	net.Listener
	connections *Connections
	closing     sync.Once
	closed      chan struct{}
}

// Listen returns a listener whose connections count. When as many are open as there may
// be, and none is idle, the next one waits until another ends or is idle, and those after it
// wait in the queue of the system.
func (c *Connections) Listen(l net.Listener) net.Listener {
	return &listener{Listener: l, connections: c, closed: make(chan struct{})}
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	c := l.connections
	for {
		accepted, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		leave, ok := c.enter(accepted.RemoteAddr())
		if !ok {
			_ = accepted.Close()
			if c.Refused != nil {
				c.Refused()
			}
			continue
		}
		if !l.wait() {
			leave()
			_ = accepted.Close()
			return nil, net.ErrClosed
		}
		one := &conn{Conn: accepted, deadline: patience.New(c.Patience)}
		one.release = func() { c.closed(one); leave() }
		c.opened(one)
		return one, nil
	}
}

// wait takes a slot, unless the listener is closed before there is one.
func (l *listener) wait() bool {
	c := l.connections
	select {
	case c.slots <- struct{}{}:
		return true
	default:
	}
	c.waiting.Add(1)
	defer c.waiting.Add(-1)
	c.makeRoom()
	select {
	case c.slots <- struct{}{}:
		return true
	case <-l.closed:
		return false
	}
}

// Close implements net.Listener.
func (l *listener) Close() error {
	l.closing.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

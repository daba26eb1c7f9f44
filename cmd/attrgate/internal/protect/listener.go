package protect

import (
	"net"
	"sync"
)

// listener accepts connections as long as there is room for them.
type listener struct {
	net.Listener
	connections *Connections
	closing     sync.Once
	closed      chan struct{}
}

// Listen returns a listener whose connections count. When as many are open as there may
// be, the next one waits until another ends, and those after it wait in the queue of the
// system.
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
		select {
		case c.slots <- struct{}{}:
			c.count(1)
			return &conn{Conn: accepted, patience: c.Patience, release: func() {
				<-c.slots
				leave()
				c.count(-1)
			}}, nil
		case <-l.closed:
			leave()
			_ = accepted.Close()
			return nil, net.ErrClosed
		}
	}
}

// Close implements net.Listener.
func (l *listener) Close() error {
	l.closing.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

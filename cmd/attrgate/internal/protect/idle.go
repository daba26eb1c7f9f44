package protect

import (
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

// State follows which connections are idle. It has the signature of http.Server.ConnState.
func (c *Connections) State(used net.Conn, state http.ConnState) {
	if secure, ok := used.(*tls.Conn); ok {
		used = secure.NetConn()
	}
	one, ok := used.(*conn)
	if !ok {
		return
	}
	if state != http.StateIdle {
		one.idle.Store(0)
		return
	}
	one.idle.Store(int64(time.Since(c.began)) + 1)
	if c.waiting.Load() > 0 {
		c.makeRoom()
	}
}

// makeRoom closes the connection that has been idle longest, if one is. To look at all of
// them costs less than to keep an order that is hardly ever asked for.
func (c *Connections) makeRoom() {
	if longest, since := c.longestIdle(); longest != nil && longest.idle.CompareAndSwap(since, 0) {
		_ = longest.Close()
	}
}

func (c *Connections) longestIdle() (longest *conn, since int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for one := range c.all {
		if idle := one.idle.Load(); idle > 0 && (longest == nil || idle < since) {
			longest, since = one, idle
		}
	}
	return longest, since
}

// opened and closed keep the list of connections.
func (c *Connections) opened(one *conn) {
	c.mu.Lock()
	c.all[one] = true
	c.mu.Unlock()
	if c.Count != nil {
		c.Count(1)
	}
}

func (c *Connections) closed(one *conn) {
	c.mu.Lock()
	delete(c.all, one)
	c.mu.Unlock()
	<-c.slots
	if c.Count != nil {
		c.Count(-1)
	}
}

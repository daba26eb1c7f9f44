package protect

import (
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Connections bounds the open connections of all its listeners together. When as many are
// open as there may be, the one that has waited longest for its next request makes room for
// a new one. It is safe for concurrent use.
type Connections struct {
	// PerAddress is how many may be one client's: an IPv4 address, or an IPv6 network of 64
	// bits, since a host may have as many addresses as it likes there. If zero, there is no
	// limit.
	PerAddress int

	// Trusted returns the networks of proxies, to which PerAddress does not apply. It may
	// be nil.
	Trusted func() []netip.Prefix

	// Patience is how long a client may take nothing of what is written to it.
	Patience time.Duration

	// Count is told of each connection that is opened (1) and closed (-1), and Refused of
	// each that was one too many of its address. Either may be nil.
	Count   func(change float64)
	Refused func()

	slots   chan struct{}
	waiting atomic.Int32 // new ones without a slot
	began   time.Time

	mu   sync.Mutex
	open map[netip.Addr]int // where PerAddress is set
	all  map[*conn]bool
}

// NewConnections returns one for at most limit connections at a time.
func NewConnections(limit int) *Connections {
	return &Connections{slots: make(chan struct{}, limit), began: time.Now(), open: map[netip.Addr]int{}, all: map[*conn]bool{}}
}

// enter takes a place among those of a client, which leave gives back, unless all are taken.
func (c *Connections) enter(remote net.Addr) (leave func(), ok bool) {
	address := addressOf(remote)
	if c.PerAddress == 0 || !address.IsValid() || c.trusts(address) {
		return func() {}, true
	}
	client := clientOf(address)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[client] >= c.PerAddress {
		return nil, false
	}
	c.open[client]++
	return func() { c.leave(client) }, true
}

func (c *Connections) leave(client netip.Addr) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[client]--; c.open[client] == 0 {
		delete(c.open, client)
	}
}

func (c *Connections) trusts(address netip.Addr) bool {
	if c.Trusted == nil {
		return false
	}
	for _, network := range c.Trusted() {
		if network.Contains(address) {
			return true
		}
	}
	return false
}

// addressOf is not valid for sockets that have no address.
func addressOf(remote net.Addr) netip.Addr {
	tcp, ok := remote.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	return tcp.AddrPort().Addr().Unmap().WithZone("")
}

// clientOf is what PerAddress counts by.
func clientOf(address netip.Addr) netip.Addr {
	if address.Is6() {
		network, _ := address.Prefix(64) // fails for IPv4 only
		return network.Addr()
	}
	return address
}

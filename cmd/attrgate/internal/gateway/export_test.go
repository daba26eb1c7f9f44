package gateway

import "time"

// SetReplyTimeout shortens the patience with the backend, for tests.
func (p *Proxy) SetReplyTimeout(d time.Duration) {
	p.transport.ResponseHeaderTimeout = d
}

package upstream

import (
	"context"
	"net"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/patience"
)

// timedConn ends when its other side takes nothing for too long. net/http has a limit only
// for what comes after a request, and a backend that has stopped never lets it come.
type timedConn struct {
	net.Conn
	deadline *patience.Deadline
}

// Write implements net.Conn.
func (c timedConn) Write(p []byte) (int, error) {
	if err := c.deadline.Extend(c.Conn); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// CloseWrite ends one direction of a tunnel.
func (c timedConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return c.Close()
}

// timed dials connections that end so; zero: they do not.
func timed(dialer *net.Dialer, limit time.Duration) func(context.Context, string, string) (net.Conn, error) {
	if limit == 0 {
		return dialer.DialContext
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		connection, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return timedConn{connection, patience.New(limit)}, nil
	}
}

package upstream

import (
	"context"
	"net"
	"time"
)

// timedConn ends when its other side takes nothing for too long. net/http has a limit only
// for what comes after a request, and a backend that has stopped never lets it come.
type timedConn struct {
	net.Conn
	patience time.Duration
}

// Write implements net.Conn.
func (c timedConn) Write(p []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(c.patience)); err != nil {
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
func timed(dialer *net.Dialer, patience time.Duration) func(context.Context, string, string) (net.Conn, error) {
	if patience == 0 {
		return dialer.DialContext
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		connection, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return timedConn{connection, patience}, nil
	}
}

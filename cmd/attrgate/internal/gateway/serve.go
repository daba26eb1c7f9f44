package gateway

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"log"
	"net"
	"net/http"
	"time"
)

// The defaults of a Server.
const (
	readHeaderTimeout = 10 * time.Second
	clientIdleTimeout = 2 * time.Minute
	maxHeaderBytes    = 64 << 10
)

// drainTimeout is that of Serve.
const drainTimeout = 10 * time.Second

// ErrCutOff is what Serve of a Server returns if requests took longer than the drain.
var ErrCutOff = errors.New("requests that took too long were cut off")

// Server is how requests are taken.
type Server struct {
	// Handler answers them.
	Handler http.Handler

	// ErrorLog gets the errors of single connections. If nil, the standard logger.
	ErrorLog *log.Logger

	// TLS is the configuration for TLS, HTTP/2 included. If nil, connections are plain.
	TLS *tls.Config

	// ReadHeader is the time for a request's header, and for a TLS handshake; a connection
	// that takes longer is closed. If zero, 10 seconds.
	ReadHeader time.Duration

	// Idle is how long a connection is kept for the next request. If zero, 2 minutes.
	Idle time.Duration

	// State is told what connections are used for, as http.Server.ConnState is. It may be
	// nil.
	State func(net.Conn, http.ConnState)

	// HeaderBytes is the largest header; 431 for more. If zero, 64 KiB.
	HeaderBytes int

	// DrainDelay is how long new requests are still taken after the end was asked for, so
	// that load balancers have the time to notice. Zero: not at all.
	DrainDelay time.Duration

	// DrainTimeout is how long the requests under way may take after that. Zero: they are
	// cut off.
	DrainTimeout time.Duration
}

// Serve answers the listener's requests with the handler until ctx ends. It then takes no
// new ones, gives those under way ten seconds, and cuts off what is left, also connections
// that were upgraded, such as WebSockets. The listener is closed when Serve returns. The
// error is nil if the end was asked for. Errors of single connections go to errorLog; if
// it is nil, to the standard logger.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler, errorLog *log.Logger) error {
	err := Server{Handler: handler, ErrorLog: errorLog, DrainTimeout: drainTimeout}.Serve(ctx, listener)
	if errors.Is(err, ErrCutOff) {
		return nil
	}
	return err
}

// Serve answers the listeners' requests until ctx ends, and then drains: it returns nil if
// all requests were answered in time, and otherwise ErrCutOff. Connections that were
// upgraded, such as WebSockets, know no end of a request: they are ended with the rest and
// do not count. The listeners are closed when Serve returns.
func (s Server) Serve(ctx context.Context, listeners ...net.Listener) error {
	// Requests outlive ctx, so that they can finish, but not Serve.
	requests, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	server := newServer(requests, s)
	failed := make(chan error, len(listeners))
	for _, listener := range listeners {
		go func() { failed <- accept(server, listener, s.TLS != nil) }()
	}
	select {
	case err := <-failed:
		return errors.Join(err, server.Close())
	case <-ctx.Done():
	}
	select {
	case err := <-failed:
		return errors.Join(err, server.Close())
	case <-time.After(s.DrainDelay):
		return drain(server, s.DrainTimeout)
	}
}

// accept is told whether to speak TLS: the server's own configuration says nothing, since
// Serve gives it one for HTTP/2.
func accept(server *http.Server, listener net.Listener, secure bool) error {
	if secure {
		return server.ServeTLS(listener, "", "")
	}
	return server.Serve(listener)
}

func newServer(requests context.Context, s Server) *http.Server {
	return &http.Server{
		Handler:           s.Handler,
		TLSConfig:         s.TLS,
		Protocols:         protocols(),
		ReadHeaderTimeout: cmp.Or(s.ReadHeader, readHeaderTimeout),
		IdleTimeout:       cmp.Or(s.Idle, clientIdleTimeout),
		MaxHeaderBytes:    cmp.Or(s.HeaderBytes, maxHeaderBytes),
		ConnState:         s.State,
		ErrorLog:          s.ErrorLog,
		BaseContext:       func(net.Listener) context.Context { return requests },
	}
}

func drain(server *http.Server, timeout time.Duration) error {
	grace, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	if server.Shutdown(grace) != nil {
		return errors.Join(ErrCutOff, server.Close())
	}
	return nil
}

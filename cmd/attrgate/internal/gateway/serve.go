package gateway

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"time"
)

// The patience with clients. There is no limit for a whole request or reply, since
// uploads and downloads on routes that are not guarded may take as long as they take.
const (
	readHeaderTimeout = 10 * time.Second
	clientIdleTimeout = 2 * time.Minute
	maxHeaderBytes    = 64 << 10
	drainTimeout      = 10 * time.Second
)

// Serve answers the listener's requests with the handler until ctx ends. It then takes no
// new ones, gives those under way ten seconds, and cuts off what is left, also connections
// that were upgraded, such as WebSockets. The listener is closed when Serve returns. The
// error is nil if the end was asked for. Errors of single connections go to errorLog; if
// it is nil, to the standard logger.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler, errorLog *log.Logger) error {
	// Requests outlive ctx, so that they can finish, but not Serve.
	requests, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	server := newServer(requests, handler, errorLog)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return errors.Join(err, server.Close())
	case <-ctx.Done():
		return drain(server)
	}
}

func newServer(requests context.Context, handler http.Handler, errorLog *log.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: readHeaderTimeout,
		IdleTimeout:       clientIdleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          errorLog,
		BaseContext:       func(net.Listener) context.Context { return requests },
	}
}

func drain(server *http.Server) error {
	grace, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	if server.Shutdown(grace) != nil {
		return server.Close()
	}
	return nil
}

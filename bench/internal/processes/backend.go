// Package processes compares servers, each a process of its own on loopback.
package processes

import (
	"io"
	"net"
	"net/http"
	"sync/atomic"
)

// echo is a header that asks the backend for the body it got.
const echo = "X-Bench-Echo"

// keysPath is where the backend has the signer's JWK set, for peers that fetch one.
const keysPath = "/.well-known/jwks.json"

// backend answers every request alike, and counts them. It is the authorization server as well.
type backend struct {
	keys     []byte
	listener net.Listener
	server   http.Server
	answered atomic.Int64
}

func newBackend(keys []byte) (*backend, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &backend{keys: keys, listener: listener}
	b.server.Handler = http.HandlerFunc(b.answer)
	go func() { _ = b.server.Serve(listener) }() // until it is closed
	return b, nil
}

func (b *backend) address() string { return b.listener.Addr().String() }

func (b *backend) answer(w http.ResponseWriter, r *http.Request) {
	w.Header()["Content-Type"] = []string{"application/json"}
	if r.URL.Path == keysPath {
		_, _ = w.Write(b.keys) // a peer that did not get it shows so
		return
	}
	b.answered.Add(1)
	// A peer that does not send or read to the end has no good answer, and is told so.
	if r.Header.Get(echo) != "" {
		_, _ = io.Copy(w, r.Body)
		return
	}
	_, _ = io.Copy(io.Discard, r.Body)
	_, _ = io.WriteString(w, `{"data":{"result":"updated"}}`)
}

func (b *backend) close() error { return b.server.Close() }

// freeAddress returns an address that nothing listens on. Another program may take it before
// it is used; a server that cannot listen says so in its log.
func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// Package backendtest has backends that misbehave, for tests. Nothing else may import it.
package backendtest

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"testing"
)

// Dead returns the URL of an address where nobody listens.
func Dead(t *testing.T) string {
	t.Helper()
	listener := listen(t)
	defer func() { _ = listener.Close() }()
	return "http://" + listener.Addr().String()
}

// Rude returns the URL of a server below HTTP: it gets every connection, may do with it as
// it likes, and the connection is closed when it returns.
func Rude(t *testing.T, behave func(net.Conn, *bufio.Reader)) string {
	t.Helper()
	listener := listen(t)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = connection.Close() }()
				behave(connection, bufio.NewReader(connection))
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

// Take reads a request to its end; false: there is none.
func Take(r *bufio.Reader) bool {
	request, err := http.ReadRequest(r)
	if err == nil {
		_, err = io.Copy(io.Discard, request.Body)
	}
	return err == nil
}

package policytest

import (
	"bytes"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
)

// server is an HTTP server on loopback that can tell when its handler is done and
// what it has complained about.
type server struct {
	address string
	http    *http.Server
	busy    sync.WaitGroup
	log     logBuffer
}

func serve(handler http.Handler) (*server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &server{address: listener.Addr().String()}
	s.http = &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.busy.Add(1)
			defer s.busy.Done()
			handler.ServeHTTP(w, r)
		}),
		ErrorLog: log.New(&s.log, "", 0),
	}
	go func() { _ = s.http.Serve(listener) }() // ends with stop
	return s, nil
}

// stop ends the server after its handlers have returned: what a door reports about
// a request may come after the answer.
func (s *server) stop() {
	s.busy.Wait()
	_ = s.http.Close() // nothing is left that could fail
}

// logBuffer is a bytes.Buffer for several goroutines.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// longestLog is enough for the message of a panic and where it came from.
const longestLog = 20

// String returns the first lines of what has been written so far.
func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	lines := strings.SplitAfterN(b.text.String(), "\n", longestLog+1)
	if len(lines) > longestLog {
		lines = append(lines[:longestLog], "…\n")
	}
	return strings.Join(lines, "")
}

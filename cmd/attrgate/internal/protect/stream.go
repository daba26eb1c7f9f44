package protect

import (
	"net/http"
	"time"
)

// pieceBytes is what a client of HTTP/2 has to take at once: the payload of a frame of the
// usual size.
const pieceBytes = 16 << 10

// stream is the answer to a request of HTTP/2. A client may take all that the connection
// carries, and yet nothing of one answer, by giving it no window; so each has its deadline.
// It counts only while something is written: an answer may rest as long as it likes.
type stream struct {
	http.ResponseWriter
	server   *http.ResponseController
	patience time.Duration
}

func newStream(w http.ResponseWriter, patience time.Duration) *stream {
	return &stream{ResponseWriter: w, server: http.NewResponseController(w), patience: patience}
}

// Write implements http.ResponseWriter.
func (s *stream) Write(p []byte) (n int, err error) {
	defer s.rest()
	for {
		s.wait()
		taken, err := s.ResponseWriter.Write(p[n:min(n+pieceBytes, len(p))])
		if n += taken; err != nil || n == len(p) {
			return n, err
		}
	}
}

// FlushError is for http.ResponseController.
func (s *stream) FlushError() error {
	s.wait()
	defer s.rest()
	return s.server.Flush()
}

// Unwrap is for http.ResponseController.
func (s *stream) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// end gives the rest its time, which the server writes after the handler.
func (s *stream) end() { s.wait() }

func (s *stream) wait() { _ = s.server.SetWriteDeadline(time.Now().Add(s.patience)) }

func (s *stream) rest() { _ = s.server.SetWriteDeadline(time.Time{}) }

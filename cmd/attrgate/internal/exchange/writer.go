package exchange

import (
	"bufio"
	"net"
	"net/http"
)

// Writer is an http.ResponseWriter that tells the status of the answer.
type Writer struct {
	http.ResponseWriter
	tell func(status int)
}

// NewWriter returns a Writer that calls tell once, just before the status is written.
// Informational statuses are not told, but for the one that ends HTTP.
func NewWriter(w http.ResponseWriter, tell func(status int)) *Writer {
	return &Writer{ResponseWriter: w, tell: tell}
}

// WriteHeader implements http.ResponseWriter.
func (w *Writer) WriteHeader(status int) {
	if w.tell != nil && (status >= http.StatusOK || status == http.StatusSwitchingProtocols) {
		w.tell(status)
		w.tell = nil
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *Writer) Write(p []byte) (int, error) {
	if w.tell != nil {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(p)
}

// Hijack implements http.Hijacker. Who takes the connection over writes the status that ends
// HTTP to it, and not here.
func (w *Writer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	connection, buffered, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err == nil && w.tell != nil {
		w.tell(http.StatusSwitchingProtocols)
		w.tell = nil
	}
	return connection, buffered, err
}

// Unwrap is for http.ResponseController, which flushes.
func (w *Writer) Unwrap() http.ResponseWriter {
	return w.ResponseWriter
}

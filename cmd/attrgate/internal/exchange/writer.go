package exchange

import "net/http"

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

// Unwrap is for http.ResponseController, which flushes and hijacks.
func (w *Writer) Unwrap() http.ResponseWriter {
	return w.ResponseWriter
}

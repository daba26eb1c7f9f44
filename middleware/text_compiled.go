//go:build !yaegi
// +build !yaegi

package middleware

import (
	"io"
	"net/http"
	"strings"
	"sync"
)

// scratch is where bodies are read to, on their way into a text.
type scratch struct {
	small, large sync.Pool // of *[]byte
}

const (
	// scratchSize is how much is read at a time, in bytes, and smallScratch how much of what
	// is said to be shorter.
	scratchSize  = 16 << 10
	smallScratch = 1 << 10
)

// readText reads a body to its end, or until it is longer than limit bytes. Most bodies end
// before the scratch is full, and are made a text at once.
func readText(r *http.Request, s *scratch, limit int64) (string, error) {
	pool, size := &s.large, scratchSize
	if r.ContentLength >= 0 && r.ContentLength < smallScratch {
		pool, size = &s.small, smallScratch
	}
	buffer, kept := pool.Get().(*[]byte)
	if !kept {
		made := make([]byte, size)
		buffer = &made
	}
	defer pool.Put(buffer)
	read := 0
	for read < size && int64(read) <= limit {
		n, err := r.Body.Read((*buffer)[read:])
		read += n
		if err != nil {
			return string((*buffer)[:read]), unlessEnd(err)
		}
	}
	return readOn(r, *buffer, read, limit)
}

// readOn is readText from where n bytes fill the buffer, or are too many.
func readOn(r *http.Request, buffer []byte, n int, limit int64) (string, error) {
	var text strings.Builder
	var err error
	for {
		makeRoom(&text, n, r.ContentLength)
		text.Write(buffer[:n])
		if err != nil || int64(text.Len()) > limit {
			return text.String(), unlessEnd(err)
		}
		n, err = r.Body.Read(buffer)
	}
}

// unlessEnd is what kept a body from being read to its end, if anything did.
func unlessEnd(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

// makeRoom makes room for the next n bytes, and for what a Content-Length promises beyond
// them.
func makeRoom(text *strings.Builder, n int, promised int64) {
	if text.Cap()-text.Len() >= n || promised <= 0 {
		return
	}
	if missing := int(promised) - text.Len(); missing > n {
		n = missing
	}
	text.Grow(n)
}

// outgoing is a request and its body in one piece of memory.
type outgoing struct {
	request http.Request
	body    textBody
}

// textBody is a body that is a text.
type textBody struct {
	strings.Reader
}

// Close implements io.Closer.
func (*textBody) Close() error { return nil }

// Whole returns a reader of all of the body, however much of it was read. It is for those who
// have to send a request again, and of a kind that net/http knows to be in memory: it then
// writes the header and the body at once.
func (b *textBody) Whole() *strings.Reader {
	whole := b.Reader
	_, _ = whole.Seek(0, io.SeekStart) // a place that every text has
	return &whole
}

// textOf returns a body that is a text.
func textOf(text string) io.ReadCloser {
	body := &textBody{}
	body.Reset(text)
	return body
}

// withBody returns a copy of the request with a body of known length.
func withBody(r *http.Request, body string) *http.Request {
	out := &outgoing{request: *r}
	out.body.Reset(body)
	out.request.Body = &out.body
	out.request.ContentLength = int64(len(body))
	out.request.TransferEncoding = nil
	out.request.Trailer = nil
	return &out.request
}

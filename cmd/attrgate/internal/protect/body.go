package protect

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/attrgate/attrgate/middleware"
)

// body is the body of a request, with a deadline.
type body struct {
	io.ReadCloser
	server   *http.ResponseController
	patience time.Duration
	stream   bool // of HTTP/2, where a deadline counts also while nobody reads
	rolling  bool // the deadline is for the next bytes, and not for all
	limit    int64
	left     int64 // of limit
	failure  atomic.Pointer[middleware.Refusal]
}

var errTooLarge = errors.New("the body is longer than gateway.limits.bodyBytes")

func newBody(w http.ResponseWriter, r *http.Request, patience time.Duration) *body {
	b := &body{ReadCloser: r.Body, server: http.NewResponseController(w), patience: patience, stream: r.ProtoMajor == 2}
	b.wait()
	return b
}

// Unguard tells that a request goes on with the body as it comes: from now on the time for
// it is that of the longest pause.
func Unguard(r *http.Request) {
	if b, ok := r.Body.(*body); ok {
		b.rolling = true
	}
}

// wait gives the client time. It fails only if reading does.
func (b *body) wait() { _ = b.server.SetReadDeadline(time.Now().Add(b.patience)) }

// rest keeps the deadline from ending more than the body: while the answer is awaited,
// HTTP/1 reads on to notice that the client leaves.
func (b *body) rest() { _ = b.server.SetReadDeadline(time.Time{}) }

// Read implements io.Reader.
func (b *body) Read(p []byte) (n int, err error) {
	if b.limit > 0 && int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	if b.rolling {
		b.wait()
	}
	n, err = b.ReadCloser.Read(p)
	if err == io.EOF || (b.rolling && b.stream) {
		b.rest()
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		b.failure.Store(tooSlow())
	}
	if b.limit > 0 {
		return b.count(n, err)
	}
	return n, err
}

func (b *body) count(n int, err error) (int, error) {
	if int64(n) <= b.left {
		b.left -= int64(n)
		return n, err
	}
	b.failure.Store(tooLarge(b.limit))
	n, b.left = int(b.left), 0
	return n, errTooLarge
}

func tooSlow() *middleware.Refusal {
	return &middleware.Refusal{
		Status: http.StatusRequestTimeout, Code: middleware.BodyTimeout, Detail: "the body did not arrive in time",
	}
}

func tooLarge(limit int64) *middleware.Refusal {
	return &middleware.Refusal{
		Status: http.StatusRequestEntityTooLarge, Code: middleware.TooLarge,
		Detail: "the body is longer than " + strconv.FormatInt(limit, 10) + " bytes",
	}
}

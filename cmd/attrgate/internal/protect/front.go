package protect

import (
	"cmp"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/middleware"
)

// Overloaded is the code of the refusal of a request that is one too many.
const Overloaded middleware.Code = "overloaded"

// shedRetryAfter is its advice, in seconds: requests end all the time.
const shedRetryAfter = 1

// Front bounds the requests under way, and its patience with those who send and take them.
// It is safe for concurrent use.
type Front struct {
	readBody, write time.Duration
	bodyBytes       int64 // zero: any
	requests        int64
	underWay        atomic.Int64
	shed            func()
}

// NewFront returns one for a section that config.Gateway.Check has found nothing wrong
// with. It calls shed for each request that is one too many.
func NewFront(g config.Gateway, shed func()) *Front {
	return &Front{
		readBody:  config.Duration(g.Timeouts.ReadBody, "30s"),
		write:     config.Duration(g.Timeouts.Write, "30s"),
		bodyBytes: g.Limits.BodyBytes,
		requests:  int64(cmp.Or(g.Limits.Requests, 4096)),
		shed:      shed,
	}
}

// Wrap goes before everything else. All of a request's body has to arrive within the time
// for it, unless Unguard says otherwise; the error of reading it is then
// os.ErrDeadlineExceeded.
func (f *Front) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != nil && r.Body != http.NoBody {
			r = r.WithContext(r.Context()) // the server goes on to look at its own
			r.Body = newBody(w, r, f.readBody)
		}
		// r.ContentLength says the same and is what the backend is told. Here it would be copied
		// with every copy of the header, and have to be corrected where the gate changes the body.
		delete(r.Header, "Content-Length")
		if r.ProtoMajor == 2 {
			answer := newStream(w, f.write)
			defer answer.end()
			w = answer
		}
		defer f.underWay.Add(-1)
		if f.underWay.Add(1) > f.requests {
			f.shed()
			overloaded().ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func overloaded() *middleware.Refusal {
	return &middleware.Refusal{
		Status: http.StatusServiceUnavailable, Code: Overloaded, RetryAfter: shedRetryAfter,
		Detail: "the gateway has as many requests under way as it may; try again",
	}
}

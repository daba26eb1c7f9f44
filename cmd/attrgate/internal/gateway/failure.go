package gateway

import (
	"encoding/json"
	"errors"
	"log"
	"net"
	"net/http"
	"strconv"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/upstream"
)

// failure answers for a backend that gave no answer itself.
type failure struct {
	log *log.Logger
}

// problem is the body of the answer (RFC 9457), in the form of the gate's own refusals.
type problem struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Code   string `json:"code"`
}

var (
	errUnreachable = problem{"Bad Gateway", http.StatusBadGateway,
		"the backend could not be reached or broke off", "upstream_unavailable"}
	errTooSlow = problem{"Gateway Timeout", http.StatusGatewayTimeout,
		"the backend did not answer in time", "upstream_timeout"}
	errElsewhere = problem{"Not Found", http.StatusNotFound,
		"no backend has this path", "unknown_path"}
	errIncomplete = problem{"Bad Request", http.StatusBadRequest,
		"the body could not be read to its end", "incomplete_request"}
)

// answer says what happened in general terms. The error itself names addresses of the
// inner network, so it goes to the log and not to the client.
func (f failure) answer(w http.ResponseWriter, r *http.Request, err error) {
	if errors.As(err, &upstream.ClientError{}) {
		errIncomplete.write(w)
		return
	}
	if r.Context().Err() == nil {
		f.note(r, err) // else it is the client who has left, which is no news
	}
	kind := errUnreachable
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		kind = errTooSlow
	}
	kind.write(w)
}

func (f failure) note(r *http.Request, err error) {
	printf := log.Printf
	if f.log != nil {
		printf = f.log.Printf
	}
	// What a client wrote is quoted, and the query left out: it may hold secrets.
	printf("%s %q: %v (request %q)", r.Method, r.URL.Path, err, r.Header.Get("X-Request-Id"))
}

func (p problem) write(w http.ResponseWriter) {
	body, _ := json.Marshal(p) // strings and a number: cannot fail
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(p.Status)
	_, _ = w.Write(body)
}

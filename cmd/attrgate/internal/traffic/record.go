// Package traffic reads recorded requests: logs with one JSON object a line, HTTP archives,
// and folders of .http files, packed with gzip or not. It reads in bounded memory, and what
// cannot be read costs only itself.
package traffic

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Record is one request as a log holds it. It is good until the next one is read.
type Record struct {
	// Place says where it stands, such as access.jsonl:12.
	Place Place

	// Order is the record's place among everything that was read, from 0.
	Order int64

	// Time is when the request came; zero if the log does not say.
	Time time.Time

	// Method, Target and Host are those of the request. Target is a path, with a query if
	// there was one.
	Method, Target, Host string

	// Header is what is known of the header, with canonical names.
	Header http.Header

	// Partial says that Header has only what the log picked out of it, perhaps nothing.
	Partial bool

	// Body is the request's body.
	Body []byte

	// NoBody says that the log does not hold the body.
	NoBody bool

	// Logged is what became of the request then.
	Logged Logged

	// Subject and Client are who called, as far as the log itself says so.
	Subject, Client string

	// Claims are those of the caller's token, if the log holds them instead of the token.
	Claims []byte
}

// Logged is what a log says of a request's fate; each field may be empty.
type Logged struct {
	Outcome string // of a decision line of the gate
	Code    string // of a refusal, there
	Status  int    // of the answer
}

// Place is a line of a file, an entry of an archive, or a whole file.
type Place struct {
	File string
	Line int64 // from 1; 0: the whole file
}

// String returns the place as compilers write it.
func (p Place) String() string {
	if p.Line == 0 {
		return p.File
	}
	return p.File + ":" + strconv.FormatInt(p.Line, 10)
}

// Fault is something that could not be read. The reason says nothing of the content.
type Fault struct {
	Place  Place
	Order  int64
	Reason string
}

// The reasons why a record is no request that can be sent again.
var (
	errNoMethod = errors.New("no method, or no path")
	errTarget   = errors.New("the path cannot be read")
)

// Request returns the request as a server would have got it. A header that the log does not
// hold is the same map for all requests of the record.
func (r *Record) Request() (*http.Request, error) {
	u, err := url.ParseRequestURI(r.Target)
	if err != nil {
		return nil, errTarget // the error itself would repeat the path
	}
	return &http.Request{
		Method: r.Method, URL: u, RequestURI: r.Target, Host: r.Host, Header: r.Header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Body: io.NopCloser(bytes.NewReader(r.Body)), ContentLength: int64(len(r.Body)),
	}, nil
}

// settle completes a record that was read, and says what is wrong with it.
func (r *Record) settle() error {
	if r.Method == "" || r.Target == "" {
		return errNoMethod
	}
	if target, absolute := withoutOrigin(r.Target); absolute {
		r.Target = target
	}
	if r.Header == nil {
		r.Header = http.Header{}
	}
	for _, name := range []string{"Transfer-Encoding", "Content-Length", "Trailer"} {
		delete(r.Header, name) // the body is whole now
	}
	if hosts := r.Header["Host"]; len(hosts) > 0 {
		r.Host = hosts[0]
		delete(r.Header, "Host")
	}
	return nil
}

// withoutOrigin cuts scheme and host off a URL. The path stays exactly as it is written.
func withoutOrigin(target string) (string, bool) {
	for _, scheme := range []string{"http://", "https://"} {
		if len(target) < len(scheme) || !strings.EqualFold(target[:len(scheme)], scheme) {
			continue
		}
		rest := target[len(scheme):]
		if at := strings.IndexAny(rest, "/?#"); at >= 0 && rest[at] == '/' {
			rest, _, _ = strings.Cut(rest[at:], "#")
			return rest, true
		}
		return "/", true
	}
	return target, false
}

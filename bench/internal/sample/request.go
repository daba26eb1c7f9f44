package sample

import (
	"net/http"
	"strings"
)

// Path is guarded for PUT.
const Path = "/api/v2/zylkerinc/conversations/4000000012345678901"

const (
	// Body has a key that the gate rewrites.
	Body = `{"customer_info": {"%visitor.custominfo.Model%": "Class X9", "Branch": "Sydney"}}`

	// Forwarded is what becomes of Body where keys are unwrapped.
	Forwarded = `{"customer_info": {"Model": "Class X9", "Branch": "Sydney"}}`

	// Plain needs no rewriting.
	Plain = `{"customer_info":{"Model":"Class X9","Branch":"Sydney"}}`
)

// BadBody has a value that is longer than its rule allows.
func BadBody() string {
	return strings.Replace(Body, "Class X9", strings.Repeat("x", 51), 1)
}

// Request is a PUT that is handed out again and again and costs no memory each time. It is
// not safe for concurrent use.
type Request struct {
	template, request http.Request
	text              string
	body              body
}

type body struct{ strings.Reader }

// Close does nothing.
func (*body) Close() error { return nil }

// NewRequest builds the request with a token and a body.
func NewRequest(token, text string) (*Request, error) {
	return NewRequestTo(Path, token, text)
}

// NewRequestTo is NewRequest with a path of its own.
func NewRequestTo(path, token, text string) (*Request, error) {
	r, err := http.NewRequest(http.MethodPut, "http://gateway.example.com"+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	r.RequestURI, r.RemoteAddr, r.ContentLength = path, "192.0.2.1:4711", int64(len(text))
	r.Header["Content-Type"] = []string{"application/json"}
	r.Header["Authorization"] = []string{"Bearer " + token}
	return &Request{template: *r, text: text}, nil
}

// Again returns the request as it was at first. What it returned before must not be used
// any more.
func (r *Request) Again() *http.Request {
	r.request = r.template
	r.body.Reset(r.text)
	r.request.Body = &r.body
	return &r.request
}

// SetToken changes the token of the requests to come.
func (r *Request) SetToken(header []string) { r.template.Header["Authorization"] = header }

package har

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Entry is one recorded request.
type Entry struct {
	// Index is the entry's place in log.entries, from 0.
	Index int
	// Started is when the request was sent; zero if the archive does not say.
	Started time.Time
	// Status is what the backend answered then; 0: nothing.
	Status int
	// Request is the request as a server would have got it: with the path and the query
	// in its URL, the host in Host, and a body of known length in memory.
	Request *http.Request
	// Body is the body once more, for whoever has to read it twice.
	Body []byte
}

// wireEntry has the names of the HAR 1.2 specification, as far as they matter here.
type wireEntry struct {
	Started  string       `json:"startedDateTime"`
	Request  *wireRequest `json:"request"`
	Response struct {
		Status int `json:"status"`
	} `json:"response"`
}

type wireRequest struct {
	Method   string      `json:"method"`
	URL      string      `json:"url"`
	Headers  []wirePair  `json:"headers"`
	BodySize int64       `json:"bodySize"`
	PostData *wireParcel `json:"postData"`
}

type wirePair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// wireParcel has encoding beside what HAR knows: some tools write it here as they do for
// answers, where it is defined.
type wireParcel struct {
	MIMEType string     `json:"mimeType"`
	Text     string     `json:"text"`
	Encoding string     `json:"encoding"`
	Params   []wirePair `json:"params"`
}

func parse(index int, text []byte) (Entry, error) {
	var wire wireEntry
	if err := json.Unmarshal(text, &wire); err != nil {
		return Entry{}, &EntryError{index, err}
	}
	e := Entry{Index: index, Started: started(wire.Started), Status: wire.Response.Status}
	if wire.Request == nil {
		return Entry{}, &EntryError{index, errors.New("it has no request")}
	}
	var err error
	if e.Body, err = wire.Request.body(); err == nil {
		e.Request, err = wire.Request.build(e.Body)
	}
	if err != nil {
		return Entry{}, &EntryError{index, err}
	}
	return e, nil
}

// body is what was sent after the head.
func (w *wireRequest) body() ([]byte, error) {
	switch p := w.PostData; {
	case p == nil || (p.Text == "" && len(p.Params) == 0):
		if w.BodySize > 0 {
			return nil, ErrNoBody
		}
		return nil, nil
	case p.Text == "":
		return p.form()
	case p.Encoding == "":
		return []byte(p.Text), nil
	case strings.EqualFold(p.Encoding, "base64"):
		return base64.StdEncoding.DecodeString(p.Text)
	}
	return nil, errors.New("the body is in an unknown encoding")
}

// form writes a form down again, which may be recorded as its parameters alone.
func (p *wireParcel) form() ([]byte, error) {
	if media, _, _ := mime.ParseMediaType(p.MIMEType); media != "application/x-www-form-urlencoded" {
		return nil, ErrNoBody
	}
	var pairs []string
	for _, param := range p.Params {
		pairs = append(pairs, url.QueryEscape(param.Name)+"="+url.QueryEscape(param.Value))
	}
	return []byte(strings.Join(pairs, "&")), nil
}

func (w *wireRequest) build(body []byte) (*http.Request, error) {
	if w.Method == "" || w.URL == "" {
		return nil, errors.New("its request has no method or no URL")
	}
	r, err := http.NewRequest(w.Method, w.URL, nil)
	if err != nil {
		return nil, hidden(err)
	}
	if r.Host == "" {
		return nil, errors.New("its URL is not absolute")
	}
	whole := r.URL
	r.URL = &url.URL{Path: whole.Path, RawPath: whole.RawPath, RawQuery: whole.RawQuery, ForceQuery: whole.ForceQuery}
	if r.URL.Path == "" {
		r.URL.Path = "/"
	}
	r.RequestURI = r.URL.RequestURI()
	w.setHeader(r, body)
	r.ContentLength = int64(len(body))
	r.Body = io.NopCloser(bytes.NewReader(body))
	return r, nil
}

// setHeader leaves out what HTTP/2 puts beside the header, and what says how a body was
// framed then: it is whole now.
func (w *wireRequest) setHeader(r *http.Request, body []byte) {
	for _, pair := range w.Headers {
		switch name := http.CanonicalHeaderKey(pair.Name); {
		case name == "Host":
			r.Host = pair.Value
		case name == "Transfer-Encoding" || strings.HasPrefix(name, ":"):
		case name == "Content-Length":
			r.Header.Set(name, strconv.Itoa(len(body)))
		default:
			r.Header.Add(name, pair.Value)
		}
	}
	if p := w.PostData; p != nil && p.MIMEType != "" && r.Header.Values("Content-Type") == nil {
		r.Header.Set("Content-Type", p.MIMEType) // some tools write it only here
	}
}

// hidden takes an address out of an error: it may hold what is not for logs.
func hidden(err error) error {
	if failed := (*url.Error)(nil); errors.As(err, &failed) {
		return errors.New("its URL cannot be read")
	}
	return errors.New("its method cannot be read")
}

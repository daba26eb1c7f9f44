package explanation

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/attrgate/attrgate/middleware"
)

// secrets are headers whose values are never shown.
var secrets = []string{"Authorization", "Cookie", "Dpop", "Proxy-Authorization"}

// fillForwarded compares what goes on with what came.
func (e *explainer) fillForwarded() {
	d := e.seen.Decision
	if d.Outcome == middleware.Refused || d.Outcome == middleware.Answered {
		return
	}
	body := e.body // of a request that passes, nothing was read
	if d.Outcome == middleware.Admitted && e.forwarded.Body != nil {
		body, _ = io.ReadAll(e.forwarded.Body) // it is in memory
	}
	e.report.Forwarded = &Forwarded{Bytes: len(body), BodyChanged: !bytes.Equal(body, e.body)}
	e.report.Difference = difference(e.body, body, e.mask())
	if d.Outcome != middleware.Passed {
		e.fillHeaders()
	}
}

func (e *explainer) fillHeaders() {
	before, after := e.request.Header, e.forwarded.Header
	for _, name := range names(before, after) {
		h := Header{Name: name}
		switch {
		case slices.Equal(before[name], after[name]):
			continue
		case len(after[name]) == 0:
			h.Change = "removed"
		case len(before[name]) == 0:
			h.Change = "added"
		default:
			h.Change = "changed"
		}
		if e.options.ShowValues && !slices.Contains(secrets, name) {
			h.Value = strings.Join(after[name], ", ")
		}
		e.report.Headers = append(e.report.Headers, h)
	}
	if e.route.Forward.Credentials.TokenURL != "" && !e.options.Online && e.seen.Decision.Outcome == middleware.Admitted {
		e.report.Headers = append(e.report.Headers, Header{Name: "Authorization", Change: "changed"})
	}
}

func names(headers ...http.Header) []string {
	var all []string
	for _, h := range headers {
		for name := range h {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// fillRefusal has the answer written, as the client gets it.
func (e *explainer) fillRefusal() {
	refusal := e.seen.Decision.Refusal
	if refusal == nil {
		return
	}
	w := &answer{header: http.Header{}}
	refusal.ServeHTTP(w, e.request)
	r := &Refusal{Status: refusal.Status, Code: string(refusal.Code), Detail: refusal.Detail, Body: string(w.body)}
	for _, name := range names(w.header) {
		for _, value := range w.header[name] {
			r.Headers = append(r.Headers, name+": "+value)
		}
	}
	e.report.Refusal = r
}

// answer is an http.ResponseWriter that keeps an answer.
type answer struct {
	header http.Header
	body   []byte
}

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter. The status is the refusal's.
func (a *answer) WriteHeader(int) {}

// Write implements http.ResponseWriter.
func (a *answer) Write(p []byte) (int, error) {
	a.body = append(a.body, p...)
	return len(p), nil
}

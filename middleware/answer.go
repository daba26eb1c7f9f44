package middleware

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/attrgate/attrgate/middleware/policy"
)

// problem is a refusal as RFC 9457 has it. Its type is about:blank, so the title is the
// status in words; code tells refusals apart.
type problem struct {
	Title      string      `json:"title"`
	Status     int         `json:"status"`
	Detail     string      `json:"detail"`
	Code       Code        `json:"code"`
	Violations []violation `json:"violations,omitempty"`
}

// violation is a policy.Violation as the client gets it, with what it wrote itself.
type violation struct {
	Pointer string `json:"pointer"`
	Key     string `json:"key,omitempty"`
	Name    string `json:"name,omitempty"`
	Rule    string `json:"rule"`
	Want    string `json:"want,omitempty"`
	Got     string `json:"got,omitempty"`
}

func answer(w http.ResponseWriter, request *http.Request, r *Refusal) {
	header := w.Header()
	header.Set("Content-Type", "application/problem+json")
	if r.Envelope != "" {
		header.Set("Content-Type", "application/json;charset=UTF-8")
	}
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Del("WWW-Authenticate")
	for _, challenge := range r.Challenges {
		header.Add("WWW-Authenticate", challenge)
	}
	if r.RetryAfter > 0 {
		header.Set("Retry-After", strconv.Itoa(r.RetryAfter))
	}
	body := document(form(r, request))
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(r.Status)
	_, _ = w.Write(body) // a client that is gone has nobody to tell
}

// form gives a refusal the form that its route asks for.
func form(r *Refusal, request *http.Request) any {
	switch r.Envelope {
	case policy.SalesIQCustomInfo:
		return salesIQError(r)
	case policy.ExpertFlowChannelSession:
		return expertFlowError(r, request)
	}
	return problem{
		Title: http.StatusText(r.Status), Status: r.Status, Detail: r.Detail, Code: r.Code,
		Violations: visible(r.Violations),
	}
}

// document writes JSON. Characters that mean something in HTML stay as they are: the media
// type and nosniff keep browsers from reading it as such.
func document(content any) []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(content) // plain strings and numbers always encode
	return out.Bytes()
}

func visible(violations []policy.Violation) []violation {
	var list []violation
	for _, v := range violations {
		list = append(list, violation{v.Pointer, v.Key, v.Name, v.Rule, v.Want, v.Got})
	}
	return list
}

package replay

import (
	"bytes"
	"crypto/tls"
	"io"
	"net/http"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tokencheck"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/traffic"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// judge decides on recorded requests as a gate with a policy would have done at the time.
// It is for one goroutine: its clock is set anew for each request.
type judge struct {
	gate   *middleware.Gate
	office *office
	clock  time.Time
	tls    *tls.ConnectionState
}

func newJudge(p policy.Policy, options Options, signer tokencheck.Signer) (*judge, error) {
	j := &judge{office: newOffice(p, options, signer), tls: connection()}
	gate, err := middleware.New(offline(p, j.office), middleware.Options{Now: func() time.Time { return j.clock }})
	j.gate = gate
	return j, err
}

// verdict is what became of a request under one policy, or in the log.
type verdict struct {
	middleware.Decision
	standing  standing
	silent    bool          // the log does not say
	forwarded *http.Request // that goes on
	subject   string
	client    string
}

// goesOn tells whether the request reaches the backend.
func (v *verdict) goesOn() bool { return v.Outcome != middleware.Refused }

// guarded tells whether a route guards the request.
func (v *verdict) guarded() bool { return v.Route != "" }

func (j *judge) decide(record *traffic.Record, r *http.Request) verdict {
	recorded, there := r.Header["Authorization"]
	p := j.office.serve(record, r.Header)
	if p.authorization != "" {
		r.Header["Authorization"] = []string{p.authorization}
	}
	j.clock = clockFor(record, p)
	sent := *r
	sent.TLS, sent.Body = j.tls, io.NopCloser(bytes.NewReader(record.Body))
	v := verdict{standing: p.standing}
	v.forwarded, v.Decision = j.gate.Admit(&sent)
	delete(r.Header, "Authorization")
	if there {
		r.Header["Authorization"] = recorded
	}
	if record.NoBody && v.Refusal != nil && aboutBody(v.Refusal.Code) {
		v.Refusal, v.Outcome = nil, middleware.Admitted
	}
	v.subject = first(v.Subject, p.subject, record.Subject)
	v.client = first(v.ClientID, p.client, record.Client)
	return v
}

// clockFor is when a request came. If the log does not say, its token is taken to have been
// good.
func clockFor(record *traffic.Record, p pass) time.Time {
	switch {
	case !record.Time.IsZero():
		return record.Time
	case !p.good.IsZero():
		return p.good
	}
	return time.Now()
}

// aboutBody tells whether a refusal can be told only with the body at hand.
func aboutBody(code middleware.Code) bool {
	switch code {
	case middleware.UnsupportedMediaType, middleware.TooLarge, middleware.MalformedJSON, middleware.InvalidShape, middleware.InvalidAttributes:
		return true
	}
	return false
}

func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// logged is what the log says of a request's fate, as far as that can be told. A status is
// that of the gate only where the gate guards the request; elsewhere it is the backend's.
func logged(l traffic.Logged, after *verdict) verdict {
	v := verdict{}
	switch said := middleware.Outcome(l.Outcome); {
	case passing(middleware.Code(l.Code)):
		v.silent = true
	case said == middleware.Passed, said == middleware.Admitted, said == middleware.Answered:
		v.Outcome = said
	case said == middleware.Refused, said == middleware.Reported:
		v.Outcome = said
		v.Refusal = &middleware.Refusal{Status: l.Status, Code: middleware.Code(l.Code)}
	case !after.guarded():
		v.Outcome = after.Outcome
	case refusing(l.Status):
		v.Outcome = middleware.Refused
		v.Refusal = &middleware.Refusal{Status: l.Status} // a code would be another program's
	case l.Status >= http.StatusOK && l.Status < http.StatusBadRequest:
		v.Outcome = middleware.Admitted
	default:
		v.silent = true
	}
	return v
}

// passing tells whether a refusal says how things stood at that time, and nothing of the
// request.
func passing(code middleware.Code) bool {
	return code == middleware.RateLimited || code == middleware.BodyTimeout
}

// refusing tells whether a status is one by which gates refuse. Any other error may be the
// backend's answer to a request that was let through.
func refusing(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestEntityTooLarge,
		http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity:
		return true
	}
	return false
}

// sameBody tells whether two requests that go on have the same body. Only then have they
// been read.
func sameBody(a, b *verdict) bool {
	if a.Renamed+a.Rewritten+a.Dropped+b.Renamed+b.Rewritten+b.Dropped == 0 {
		return true
	}
	return bytes.Equal(bodyOf(a.forwarded), bodyOf(b.forwarded))
}

func bodyOf(r *http.Request) []byte {
	body, _ := io.ReadAll(r.Body) // it is in memory
	return body
}

package explanation

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tokencheck"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
)

// Options say how a request is explained.
type Options struct {
	// Now is the time that the token is held against.
	Now time.Time
	// Online lets the gate ask issuers and introspection endpoints, and obtain tokens.
	Online bool
	// Claims are a JSON object that is taken for what a verified token says; empty: the
	// token counts. SentClaims takes those of the request's own token.
	Claims     []byte
	SentClaims bool
	// ShowValues puts values of the request into the report.
	ShowValues bool
}

// Explain holds a request against a policy that has no problems. Unless it may be online it
// asks nobody; then it waits for answers until the request's context ends. The error says why
// nothing can be said.
func Explain(r *http.Request, p policy.Policy, o Options) (Report, error) {
	e := &explainer{options: o, asked: p.Expand(), stand: &standIn{policy: p, close: func() {}}}
	if err := e.prepare(r); err != nil {
		return Report{}, err
	}
	defer e.stand.close()
	gate, err := middleware.New(e.stand.policy, middleware.Options{Now: func() time.Time { return o.Now }})
	if err != nil {
		return Report{}, err
	}
	e.forwarded, e.seen = gate.Explain(e.request)
	e.fill()
	return e.report, nil
}

// explainer holds what a report is made of.
type explainer struct {
	options Options
	asked   policy.Policy // as the operator has it, expanded
	stand   *standIn
	request *http.Request // as it came, with the token that stands in
	body    []byte        // all of it
	route   policy.Route  // that guards the request; without a name: none

	forwarded *http.Request
	seen      middleware.Explanation
	need      string // who would have to be asked about the token; empty: nobody
	report    Report
}

// prepare reads the body, and puts together what the gate is asked with.
func (e *explainer) prepare(r *http.Request) error {
	e.request = r.Clone(r.Context())
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		e.body = body
		e.request.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), ending{err}))
	}
	if !e.options.Online {
		stand, err := newStandIn(e.asked)
		if err != nil {
			return err
		}
		e.stand = stand
	}
	return e.claim()
}

// claim lets given claims count.
func (e *explainer) claim() error {
	claims := e.options.Claims
	if e.options.SentClaims {
		sent, err := sentClaims(e.request)
		if err != nil {
			return err
		}
		claims = sent
	}
	if len(claims) == 0 {
		return nil
	}
	raw, err := e.stand.claim(claims)
	if err == nil {
		e.stand.carry(e.request, raw, e.scheme())
	}
	return err
}

// scheme is one that the route accepts which a request without a token would meet.
func (e *explainer) scheme() string {
	for i, v := range e.routeViews() {
		if schemes := e.asked.Routes[i].Schemes; v.Guards && !slices.Contains(schemes, "Bearer") && len(schemes) > 0 {
			return schemes[0]
		}
	}
	return "Bearer"
}

func (e *explainer) routeViews() []middleware.RouteView {
	gate, err := middleware.New(e.asked, middleware.Options{})
	if err != nil {
		return nil // it is said later
	}
	probe := e.request.Clone(e.request.Context())
	probe.Body, probe.Header = nil, http.Header{} // nothing to verify
	_, seen := gate.Explain(probe)
	return seen.Routes
}

// ending ends a body as it was read: at its end, or before.
type ending struct{ err error }

// Read implements io.Reader.
func (e ending) Read([]byte) (int, error) {
	if e.err != nil {
		return 0, e.err
	}
	return 0, io.EOF
}

// fill writes the report.
func (e *explainer) fill() {
	d := e.seen.Decision
	e.report = Report{
		Request: Request{Method: e.request.Method, Path: e.request.URL.EscapedPath(), Query: e.request.URL.RawQuery != ""},
		At:      e.options.Now.UTC().Truncate(time.Second), Outcome: string(d.Outcome), Mode: d.Mode, Notes: e.stand.notes,
	}
	if d.Mode == "report" {
		e.report.Notes = append(e.report.Notes, "the route is in report mode: the request goes on with the body that came")
	}
	e.fillRoutes()
	e.need = e.needed()
	e.fillToken()
	e.fillBody()
	e.fillSteps()
	if e.need != "" {
		e.report.Outcome = Unknown
		return
	}
	e.fillRefusal()
	e.fillForwarded()
}

func (e *explainer) fillRoutes() {
	for i, v := range e.seen.Routes {
		route := e.asked.Routes[i]
		e.report.Routes = append(e.report.Routes, Route{Name: route.Name, Match: route.Match, Guards: v.Guards, Why: v.Why})
		if route.Name == e.seen.Decision.Route && e.seen.Decision.Route != "" {
			e.route = route
		}
	}
}

// needed says who would have to be asked about the token; empty if nobody.
func (e *explainer) needed() string {
	err := e.seen.TokenError
	if err == nil || e.options.Online || e.stand.claimed {
		return ""
	}
	issuer := e.sentIssuer()
	listed := slices.ContainsFunc(e.asked.Issuers, func(is policy.Issuer) bool { return is.Issuer == issuer })
	switch {
	case slices.Contains(e.stand.asked, issuer) && (errors.Is(err, token.ErrKey) || errors.Is(err, token.ErrSignature)):
		return "the signature needs the keys that " + issuer + " publishes; give --token-claims or --online"
	case errors.Is(err, token.ErrUnavailable) && len(e.asked.Introspection) > 0 && (!listed || e.asked.Introspect == "first"):
		return "the token needs an introspection endpoint; give --token-claims or --online"
	}
	return ""
}

func (e *explainer) sentIssuer() string {
	decoded, _ := tokencheck.Decode(e.raw())
	issuer, _ := decoded.Claims["iss"].(string)
	return issuer
}

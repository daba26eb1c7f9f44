package middleware

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/attrgate/attrgate/middleware/internal/attribute"
	"github.com/attrgate/attrgate/middleware/internal/pattern"
	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
)

// Options are what a policy cannot say.
type Options struct {
	// OnDecision is called once for every request, passed ones too, before the refusal is
	// written or the handler behind the gate runs. It must be safe for concurrent use, and
	// leave the body alone. If nil, nobody is told.
	OnDecision func(*http.Request, Decision)

	// OnRefusal is the same for those who want to hear of refused and reported requests
	// only. Where nobody asks for more, the interpreted gate need not put together what there
	// is to say of usual requests, and is several times faster. If nil, nobody is told.
	OnRefusal func(*http.Request, Decision)

	// RateLimit is asked about every request whose token may call its route, before its body
	// is read, with what is decided until then: route, subject, client. It returns how long
	// the caller has to wait before the request may go on; if that is more than zero, the
	// request is refused (RateLimited). It must be safe for concurrent use. If nil, callers
	// may ask as often as they like.
	RateLimit func(*http.Request, Decision) time.Duration

	// Results and Proofs are what several processes that guard the same API have in common.
	// If nil, each is on its own, as the interpreted plugin always is with results.
	Results token.Results
	Proofs  token.Proofs

	// Now is the clock that tokens are held against. If nil, time.Now.
	Now func() time.Time
}

// Gate guards the routes of one policy. New makes it: the zero Gate panics at its first
// request. It is safe for concurrent use and never changes.
type Gate struct {
	options  Options
	table    *pattern.Table
	verifier *token.Verifier
	binding  *token.Binding
	resource *token.Resource // nil: no metadata
	routes   []*route
	pass     bool              // look-alikes pass
	fold     *strings.Replacer // see newFold
	scratch  scratch
	short    *short // nil: there is no short way
}

// route is a policy.Route, compiled.
type route struct {
	name      string
	mode      string
	schemes   []string
	scopes    *token.Scopes
	rules     *attribute.Rules
	bodyBytes int64
	strip     bool   // the token stays here
	envelope  string // the API in whose own form refusals are written; empty: as problems
	bound     bool   // only tokens that are bound to their sender will do
	accepted  string // schemes, for people
	challenge string // WWW-Authenticate without an error
	dpop      string // the same for the scheme DPoP

	introduction *introduction // nil: the backend is told nothing of its own
}

// New compiles a policy. It does no I/O and starts no goroutine. The error is a
// policy.Problems that lists everything that is wrong, with paths.
func New(p policy.Policy, options Options) (*Gate, error) {
	var ps policy.Problems
	p.UnknownFields(&ps)
	p = p.Expand()
	ps.OneOf("lookalikes", p.Lookalikes, "refuse", "dangerouslyPass")
	g := &Gate{options: options, pass: p.Lookalikes == "dangerouslyPass", verifier: token.New(p, &ps), fold: newFold()}
	g.binding = token.NewBinding(p, &ps)
	token.Share(g.verifier, g.binding, options.Results, options.Proofs)
	g.resource = token.NewResource(p, g.binding, &ps)
	patterns := make([]pattern.Pattern, 0, len(p.Routes))
	names := map[string]bool{}
	for i := range p.Routes {
		path := "routes[" + strconv.Itoa(i) + "]"
		if names[p.Routes[i].Name] {
			ps.Add(path+".name", "%q is another route's name", p.Routes[i].Name)
		}
		names[p.Routes[i].Name] = true
		patterns = append(patterns, pattern.Parse(p.Routes[i], path, &ps))
		rt := newRoute(p.Routes[i], path, &ps)
		setChallenges(rt, g.binding, g.resource)
		g.routes = append(g.routes, rt)
	}
	g.table = pattern.New(patterns, "routes", &ps)
	checkMetadataPath(g, &ps)
	if err := ps.Err(); err != nil {
		return nil, err
	}
	g.short = newShort(g)
	return g, nil
}

func newRoute(p policy.Route, path string, ps *policy.Problems) *route {
	_, known := policy.Builtin(p.API)
	if p.API != "" && !known {
		ps.OneOf(path+".api", p.API, policy.SalesIQCustomInfo, policy.ExpertFlowChannelSession)
	}
	ps.OneOf(path+".mode", p.Mode, "enforce", "report")
	ps.OneOf(path+".errors", p.Errors, "problem", "native")
	if p.Errors == "native" && !known {
		ps.Add(path+".errors", "native is for routes with an api: only there it is known how the backend writes errors")
	}
	ps.OneOf(path+".forward.token", p.Forward.Token, "keep", "strip")
	ps.OneOf(path+".senderConstraint", p.SenderConstraint, "optional", "require")
	checkSchemes(p.Schemes, path+".schemes", ps)
	return &route{
		name:      p.Name,
		mode:      p.Mode,
		schemes:   p.Schemes,
		scopes:    token.NewScopes(p, path, ps),
		rules:     attribute.New(p, path, ps),
		bodyBytes: p.Limits.BodyBytes,
		strip:     p.Forward.Token == "strip",
		bound:     p.SenderConstraint == "require",
		envelope:  envelope(p),

		introduction: newIntroduction(p.Forward, path+".forward", ps),
	}
}

func envelope(p policy.Route) string {
	if p.Errors == "native" {
		return p.API
	}
	return ""
}

func checkSchemes(schemes []string, path string, ps *policy.Problems) {
	for i, s := range schemes {
		at := path + "[" + strconv.Itoa(i) + "]"
		if s == "" || strings.ContainsAny(s, " ,\"\\=\t") {
			ps.Add(at, "%q is no authentication scheme, such as Bearer", s)
		}
		if strings.EqualFold(s, "DPoP") {
			ps.Add(at, "DPoP is accepted on every route; to ask for it, use senderConstraint")
		}
	}
}

// Wrap puts the gate in front of a handler, which must not be nil. What the handler answers
// is passed on as it is, and as it comes. Only for routes with credentials the ResponseWriter
// that the handler gets holds an answer back until it is known to accept the gate's token:
// there it can neither be unwrapped nor hijacked.
func (g *Gate) Wrap(next http.Handler) http.Handler { return newHandler(g, next) }

// serve sends a request the whole way, and answers or forwards it.
func serve(g *Gate, next http.Handler, w http.ResponseWriter, r *http.Request) {
	d := record{heard: g.options.OnDecision != nil || g.options.OnRefusal != nil}
	forwarded := admit(g, r, &d)
	if d.heard {
		tell(g, r, d.Decision)
	}
	switch {
	case d.Outcome == Refused:
		answer(w, r, d.Refusal)
	case d.Outcome == Answered:
		describe(w, r, g.resource)
	case d.Outcome == Admitted && d.credentials != nil:
		serveTwice(g, next, d.credentials, w, forwarded)
	default:
		next.ServeHTTP(w, forwarded)
	}
}

func tell(g *Gate, r *http.Request, d Decision) {
	if g.options.OnDecision != nil {
		g.options.OnDecision(r, d)
	}
	if g.options.OnRefusal != nil && (d.Outcome == Refused || d.Outcome == Reported) {
		g.options.OnRefusal(r, d)
	}
}

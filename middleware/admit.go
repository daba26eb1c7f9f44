package middleware

import (
	"net/http"
	"time"

	"github.com/attrgate/attrgate/middleware/internal/attribute"
	"github.com/attrgate/attrgate/middleware/internal/pattern"
	"github.com/attrgate/attrgate/middleware/token"
)

// record is a decision in the making, with what is not for others to read.
type record struct {
	Decision
	heard       bool // somebody may be told of the decision: if not, what only they ask for is left out
	began       time.Time
	claims      *token.Claims      // of a caller who may call the route; nil: nobody is known to, or asks
	credentials *token.Credentials // of the route, if the request goes on with a token of the gate's; or nil
}

// admit finds the route of a request and sends it the way.
func admit(g *Gate, r *http.Request, d *record) *http.Request {
	if len(r.Header["Upgrade"]) > 0 {
		r = withoutHTTP(r)
	}
	if g.resource != nil && describes(g.resource, r.URL) {
		d.Outcome = Answered
		return r
	}
	match := g.table.Match(r.Method, r.URL)
	if match.Near == pattern.None || (match.Lookalike && g.pass) {
		d.Outcome = Passed
		return r
	}
	d.began = now(g)
	if match.Route == pattern.None {
		return passBy(g, g.routes[match.Near], r, d)
	}
	rt := g.routes[match.Route]
	d.Outcome = Admitted
	d.Route = rt.name
	d.Mode = rt.mode
	forwarded, read, refusal := way(g, rt, match, r, d)
	if refusal != nil {
		forwarded = conclude(g, rt, r, read, refusal, d)
	}
	if d.heard {
		d.Duration = now(g).Sub(d.began)
	}
	return forwarded
}

// way is the way of a guarded request, step by step. Each step takes what it needs and
// returns what it made, or a refusal; nothing is read from the body before the caller is
// known. Beside the request to forward it returns what was read of the body.
func way(g *Gate, rt *route, match pattern.Match, r *http.Request, d *record) (*http.Request, string, *Refusal) {
	if refusal := checkPath(match); refusal != nil {
		return nil, "", refusal
	}
	if refusal := checkMethod(match, r); refusal != nil {
		return nil, "", refusal
	}
	sent, err := token.Extract(r, rt.schemes)
	if err != nil {
		return nil, "", refuseExtraction(rt, sent, err)
	}
	var room token.Room
	claims, err := token.VerifySent(r.Context(), g.verifier, sent, d.began, &room)
	if err != nil {
		return nil, "", refuseToken(rt, sent, err)
	}
	identify(d, claims)
	if claims.Confirmation != nil || sent.DPoP || rt.bound {
		if err := checkSender(g, rt, sent, claims); err != nil {
			return nil, "", refuseToken(rt, sent, err)
		}
	}
	if !token.Held(rt.scopes, claims.Scopes) {
		return nil, "", refuseScope(rt, sent)
	}
	if rt.introduction != nil {
		caller := *claims
		d.claims = &caller
	}
	if g.options.RateLimit != nil {
		if wait := g.options.RateLimit(r, d.Decision); wait > 0 {
			return nil, "", refuseRate(wait)
		}
	}
	if refusal := checkMedia(r); refusal != nil {
		return nil, "", refusal
	}
	body, refusal := readBody(r, &g.scratch, rt.bodyBytes)
	if refusal != nil {
		return nil, body, refusal
	}
	written, changed, refusal := rewrite(rt, body, d)
	if refusal != nil {
		return nil, body, refusal
	}
	out := forward(rt, r, written, changed)
	if rt.mode == "report" {
		out = withBody(r, body)
	}
	if rt.introduction == nil {
		return out, body, nil
	}
	out, refusal = introduce(rt.introduction, out, claims, now(g))
	d.credentials = rt.introduction.credentials
	return out, body, refusal
}

// rewrite is the part of the way that is about the body. It returns the body to forward,
// and whether it is another one.
func rewrite(rt *route, body string, d *record) (string, bool, *Refusal) {
	document, fault := attribute.Skim(rt.rules, body)
	if fault != nil {
		return "", false, refuseFault(fault)
	}
	violations := attribute.Name(rt.rules, document)
	violations = append(violations, attribute.Check(rt.rules, document)...)
	if d.heard {
		d.Names = attribute.Names(document)
	}
	if len(violations) > 0 {
		return "", false, refuseAttributes(violations)
	}
	written, changes := attribute.Write(rt.rules, document)
	count(d, changes)
	attribute.Release(rt.rules, document)
	return written, changes.Any, nil
}

// passBy lets a request with another method than the guarded one pass its path, unless it
// asks the backend to take it for that one.
func passBy(g *Gate, rt *route, r *http.Request, d *record) *http.Request {
	d.Outcome = Passed
	refusal := checkOverrideLoosely(g.fold, r)
	if refusal == nil {
		return r
	}
	d.Route = rt.name
	d.Mode = rt.mode
	forwarded := conclude(g, rt, r, "", refusal, d)
	d.Duration = now(g).Sub(d.began)
	return forwarded
}

// conclude notes a refusal. In report mode it returns the request as it came, with what
// was read of its body put back. Even so a client cannot say itself who it is, and a
// caller who may call the route calls the backend with the gate's token.
func conclude(g *Gate, rt *route, r *http.Request, read string, refusal *Refusal, d *record) *http.Request {
	refusal.Envelope = rt.envelope
	d.Refusal = refusal
	if rt.mode != "report" {
		d.Outcome = Refused
		return r
	}
	d.Outcome = Reported
	if read != "" {
		r = putBack(r, read)
	}
	if rt.introduction != nil {
		r, _ = introduce(rt.introduction, r, d.claims, now(g)) // there is a refusal already
	}
	return r
}

// checkSender makes sure that whoever sends a token may send it.
func checkSender(g *Gate, rt *route, sent token.Sent, claims *token.Claims) error {
	if rt.bound && claims.Confirmation == nil {
		return token.ErrUnbound
	}
	return token.CheckBinding(g.binding, sent, claims, now(g))
}

func identify(d *record, claims *token.Claims) {
	d.Subject = claims.Subject
	d.ClientID = claims.ClientID
	d.Issuer = claims.Issuer
	d.TokenKind = claims.Kind
	d.TokenRemembered = claims.Remembered
}

func count(d *record, changes attribute.Changes) {
	d.Renamed = changes.Renamed
	d.Rewritten = changes.Rewritten
	d.Dropped = changes.Dropped
}

func now(g *Gate) time.Time {
	if g.options.Now != nil {
		return g.options.Now()
	}
	return time.Now()
}

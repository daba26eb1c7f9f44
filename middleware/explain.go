//go:build !yaegi
// +build !yaegi

package middleware

import (
	"bytes"
	"io"
	"net/http"
	"strings"

	"github.com/attrgate/attrgate/middleware/internal/attribute"
	"github.com/attrgate/attrgate/middleware/internal/pattern"
	"github.com/attrgate/attrgate/middleware/token"
)

// Explanation is a decision, and what the steps of the way saw. Unlike a Decision it holds
// keys and values of the request: it is for the eyes of whoever sent it.
type Explanation struct {
	// Decision is what Admit decides.
	Decision Decision

	// Routes says of each route, in the policy's order, how it meets the request.
	Routes []RouteView

	// Scheme is the word before the token in the Authorization header; empty if no token
	// was taken from the request.
	Scheme string

	// Claims is what the token says; nil unless it was verified.
	Claims *token.Claims

	// TokenError is why no token was taken from the request, or why the one that was is not
	// good; nil if the request was never asked for one. Whether the sender may send it is
	// not part of it.
	TokenError error

	// Scopes lists the scopes that the route wants, and tells which the token holds; empty
	// unless the token was verified.
	Scopes []ScopeView

	// BodyRead is whether the body was looked into, and Body what was read of it.
	BodyRead bool
	Body     []byte

	// Attributes are those of the body, in its order; empty unless they could be read.
	Attributes []AttributeView
}

// Explain decides on a request as Admit does, with the same results and effects, and says
// what the steps saw. It takes several times as long: it is for an operator who asks about
// one request. The body of r may have been read.
func (g *Gate) Explain(r *http.Request) (*http.Request, Explanation) {
	seen := &bytes.Buffer{}
	if r.Body != nil {
		watched := r.WithContext(r.Context())
		watched.Body = tee{io.TeeReader(r.Body, seen), r.Body}
		r = watched
	}
	d := record{heard: true}
	forwarded := admit(g, r, &d)
	e := Explanation{Decision: d.Decision}
	for _, view := range g.table.Views(r.Method, r.URL) {
		e.Routes = append(e.Routes, RouteView(view))
	}
	match := g.table.Match(r.Method, r.URL)
	if match.Route == pattern.None || d.Outcome == Passed || d.Outcome == Answered {
		unguarded(g, match, &e)
		return forwarded, e
	}
	e.Body = append([]byte(nil), seen.Bytes()...)
	explainCaller(g, g.routes[match.Route], r, &e)
	explainBody(g.routes[match.Route], &e)
	return forwarded, e
}

// unguarded takes back that a route guards a request which the policy lets pass.
func unguarded(g *Gate, match pattern.Match, e *Explanation) {
	if match.Route == pattern.None {
		return
	}
	v := &e.Routes[match.Route]
	v.Guards = false
	if match.Lookalike && g.pass {
		v.Why += "; the policy lets other spellings pass"
	}
}

type tee struct {
	io.Reader
	io.Closer
}

// explainCaller looks at the token again, if the decision was not made before.
func explainCaller(g *Gate, rt *route, r *http.Request, e *Explanation) {
	if before(e.Decision.Refusal, TokenMissing) {
		return
	}
	sent, err := token.Extract(r, rt.schemes)
	if err != nil {
		e.TokenError = err
		return
	}
	e.Scheme = schemeOf(r)
	e.Claims, e.TokenError = token.Verify(r.Context(), g.verifier, sent.Raw, now(g))
	if e.TokenError != nil {
		return
	}
	wanted, has := token.Wanted(rt.scopes, e.Claims.Scopes)
	for i := range wanted {
		e.Scopes = append(e.Scopes, ScopeView{Scope: wanted[i], Held: has[i]})
	}
}

// schemeOf is the scheme of the one Authorization header that a token was taken from.
func schemeOf(r *http.Request) string {
	scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return scheme
}

// explainBody reads the attributes again, if they were read. What is found wrong with them
// is in the decision.
func explainBody(rt *route, e *Explanation) {
	e.BodyRead = !before(e.Decision.Refusal, TooLarge)
	if before(e.Decision.Refusal, InvalidShape) {
		return
	}
	document, fault := attribute.Read(rt.rules, string(e.Body))
	if fault != nil {
		return
	}
	attribute.Name(rt.rules, document)
	attribute.Check(rt.rules, document)
	for _, view := range attribute.Views(rt.rules, document) {
		e.Attributes = append(e.Attributes, AttributeView(view))
	}
}

// before tells whether a refusal comes earlier on the way than the refusals of a code.
func before(refusal *Refusal, code Code) bool {
	if refusal == nil {
		return false
	}
	for _, c := range codes() {
		if c == refusal.Code || c == code {
			return c != code
		}
	}
	return false
}

// codes lists the codes in the order in which a request can meet them.
func codes() []Code {
	return []Code{
		AmbiguousPath, InvalidPath, MethodOverride, TokenMissing, InvalidRequest, InvalidToken, InvalidProof,
		VerifierUnavailable, InsufficientScope, RateLimited, UnsupportedMediaType, TooLarge, BodyTimeout, MalformedJSON,
		InvalidShape, InvalidAttributes, CredentialsUnavailable,
	}
}

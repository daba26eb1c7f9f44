package tokencheck

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
)

// Report is what a gate would say of a token.
type Report struct {
	// Failed lists the checks that the token does not pass.
	Failed []string `json:"failed"`
	// Unchecked lists what could not be told.
	Unchecked []string `json:"unchecked"`
	// Routes says for each route whether the scopes are enough; none if the claims could
	// not be read.
	Routes []Route `json:"routes"`
}

// Route is what a route makes of the token's scopes.
type Route struct {
	Name   string `json:"name"`
	Scopes string `json:"scopes"`
	Held   bool   `json:"held"`
}

// Refused tells whether no route would admit the token.
func (r Report) Refused() bool {
	for _, route := range r.Routes {
		if route.Held {
			return len(r.Failed) > 0
		}
	}
	return len(r.Failed) > 0 || len(r.Routes) > 0
}

// Examine holds a token against a policy that has no problems, at a time. It asks nobody:
// neither for keys nor about the token.
//
// The verifier stops at the first failed check. To find the others, each is then forgiven
// in a copy of the policy, and the token is verified again. Its claims are signed with a key
// of our own for that, so that they can be judged without the issuer's.
func Examine(p policy.Policy, raw string, now time.Time) Report {
	e := exam{ctx: context.Background(), now: now}
	return e.examine(p, raw)
}

// ExamineOnline is Examine, but it asks whoever the gate would ask: issuers for their keys,
// and introspection endpoints about the token, each of which gets to see it. They are
// asked until ctx ends.
func ExamineOnline(ctx context.Context, p policy.Policy, raw string, now time.Time) Report {
	e := exam{ctx: ctx, online: true, now: now}
	return e.examine(p, raw)
}

// exam is one examination. It holds a context because it lives no longer than the call that
// was given it.
type exam struct {
	ctx    context.Context
	online bool
	report Report
	now    time.Time
	timed  bool // the clock has been forgiven
}

func (e *exam) examine(p policy.Policy, raw string) Report {
	e.report = Report{Failed: []string{}, Unchecked: []string{}, Routes: []Route{}}
	if claims, err := e.verify(policy.Policy{StaticTokens: p.StaticTokens}, raw); err == nil {
		e.judgeScopes(p, claims)
		return e.report
	}
	t, isJWT := Decode(raw)
	switch issuer, listed := issuerOf(p, t); {
	case len(p.Introspection) > 0 && (!listed || p.Introspect == "first"):
		e.introspect(p, raw)
	case !isJWT:
		e.failed(token.ErrUnknown, "")
	case !listed:
		e.failed(token.ErrIssuer, "the policy has "+issuerNames(p))
	default:
		e.judge(p, issuer, t)
	}
	return e.report
}

// introspect asks the endpoints in their order until one accepts the token. What the others
// said counts if none does.
func (e *exam) introspect(p policy.Policy, raw string) {
	if !e.online {
		e.unchecked("the gate would ask an introspection endpoint about this token")
		return
	}
	var said []string
	for _, server := range p.Introspection {
		claims, err := e.verify(policy.Policy{Introspection: []policy.Introspection{server}, Introspect: "first"}, raw)
		if err == nil {
			e.judgeSender(claims)
			e.judgeScopes(p, claims)
			return
		}
		text := err.Error()
		if !errors.Is(err, token.ErrUnavailable) { // which names the endpoint itself
			text += "; says " + server.URL
		}
		said = append(said, text)
	}
	e.report.Failed = append(e.report.Failed, said...)
}

func (e *exam) judge(p policy.Policy, issuer policy.Issuer, t Token) {
	signer, err := newSigner()
	if err != nil {
		e.unchecked(err.Error())
		return
	}
	claims := e.judgeClaims(&issuer, t, signer)
	e.judgeSignature(issuer, t, signer)
	if claims == nil {
		return
	}
	e.judgeSender(claims)
	e.judgeScopes(p, claims)
}

func (e *exam) judgeSender(claims *token.Claims) {
	if claims.Confirmation != nil {
		e.unchecked("the token is bound to its sender, who has to prove it with each request")
	}
}

// judgeClaims returns the claims, or nil if a check failed that cannot be forgiven.
func (e *exam) judgeClaims(issuer *policy.Issuer, t Token, s signer) *token.Claims {
	raw := s.sign(t)
	for {
		claims, err := e.verify(s.vouchedFor(*issuer), raw)
		if err == nil {
			return claims
		}
		clock := errors.Is(err, token.ErrExpired) || errors.Is(err, token.ErrNotYetValid)
		if clock && e.timed {
			return nil // it is never valid
		}
		hint := wanted(err, *issuer)
		if errors.Is(err, token.ErrClaims) {
			hint = e.oddClaims(*issuer, t, s)
		}
		e.failed(err, hint)
		if !e.forgive(err, issuer, t) {
			return nil
		}
	}
}

// judgeSignature verifies the token itself, after the claims have been forgiven.
func (e *exam) judgeSignature(issuer policy.Issuer, t Token, s signer) {
	published := len(issuer.Keys) == 0 && issuer.Secret+issuer.SecretEnv+issuer.SecretFile == ""
	kept := published && !e.online
	if kept {
		issuer.JWKSURL, issuer.Keys = "", []string{s.public}
	}
	_, err := e.verify(policy.Policy{Issuers: []policy.Issuer{issuer}}, t.raw)
	switch {
	case err == nil:
	case published && errors.Is(err, token.ErrUnavailable):
		e.failed(err, "")
	case kept && (errors.Is(err, token.ErrKey) || errors.Is(err, token.ErrSignature)):
		e.unchecked("the signature: the issuer publishes its keys, and nobody was asked for them")
	case errors.Is(err, token.ErrUnavailable):
		e.unchecked("the signature: the issuer's secret cannot be read here")
	case errors.Is(err, token.ErrAlgorithm), errors.Is(err, token.ErrKey), errors.Is(err, token.ErrSignature), errors.Is(err, token.ErrMalformed):
		e.failed(err, wanted(err, issuer))
	default:
		e.unchecked("the signature: the verifier looks at it last")
	}
}

func (e *exam) judgeScopes(p policy.Policy, claims *token.Claims) {
	for _, route := range p.Expand().Routes {
		var ps policy.Problems // there are none
		scopes := token.NewScopes(route, "", &ps)
		e.report.Routes = append(e.report.Routes, Route{route.Name, scopes.String(), token.Held(scopes, claims.Scopes)})
	}
}

func (e *exam) failed(err error, hint string) {
	text := err.Error()
	if hint != "" {
		text += "; " + hint
	}
	if slices.Contains(e.report.Failed, text) {
		return
	}
	e.report.Failed = append(e.report.Failed, text)
}

func (e *exam) unchecked(what string) {
	e.report.Unchecked = append(e.report.Unchecked, what)
}

func (e *exam) verify(p policy.Policy, raw string) (*token.Claims, error) {
	var ps policy.Problems // there are none, but those of a policy without issuers
	return token.Verify(e.ctx, token.New(p, &ps), raw, e.now)
}

func issuerOf(p policy.Policy, t Token) (policy.Issuer, bool) {
	name, _ := t.Claims["iss"].(string)
	for _, issuer := range p.Issuers {
		if issuer.Issuer == name && name != "" {
			return issuer, true
		}
	}
	return policy.Issuer{}, false
}

func issuerNames(p policy.Policy) string {
	var names []string
	for _, issuer := range p.Issuers {
		names = append(names, issuer.Issuer)
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

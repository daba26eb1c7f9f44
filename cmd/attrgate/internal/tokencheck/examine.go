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
	// Unchecked lists what cannot be told offline.
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
	e := exam{report: Report{Failed: []string{}, Unchecked: []string{}, Routes: []Route{}}, now: now}
	if claims, err := verify(policy.Policy{StaticTokens: p.StaticTokens}, raw, now); err == nil {
		e.judgeScopes(p, claims)
		return e.report
	}
	t, isJWT := Decode(raw)
	switch issuer, listed := issuerOf(p, t); {
	case len(p.Introspection) > 0 && (!listed || p.Introspect == "first"):
		e.unchecked("the gate would ask an introspection endpoint about this token")
	case !isJWT:
		e.failed(token.ErrUnknown, "")
	case !listed:
		e.failed(token.ErrIssuer, "the policy has "+issuerNames(p))
	default:
		e.judge(p, issuer, t)
	}
	return e.report
}

type exam struct {
	report Report
	now    time.Time
	timed  bool // the clock has been forgiven
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
	if claims.Confirmation != nil {
		e.unchecked("the token is bound to its sender, who has to prove it with each request")
	}
	e.judgeScopes(p, claims)
}

// judgeClaims returns the claims, or nil if a check failed that cannot be forgiven.
func (e *exam) judgeClaims(issuer *policy.Issuer, t Token, s signer) *token.Claims {
	raw := s.sign(t)
	for {
		ours := *issuer
		ours.Keys, ours.Algorithms = []string{s.public}, []string{"ES256"}
		ours.JWKSURL, ours.Secret, ours.SecretEnv, ours.SecretFile = "", "", "", ""
		claims, err := verify(policy.Policy{Issuers: []policy.Issuer{ours}}, raw, e.now)
		if err == nil {
			return claims
		}
		clock := errors.Is(err, token.ErrExpired) || errors.Is(err, token.ErrNotYetValid)
		if clock && e.timed {
			return nil // it is never valid
		}
		e.failed(err, wanted(err, *issuer))
		if !e.forgive(err, issuer, t) {
			return nil
		}
	}
}

// judgeSignature verifies the token itself, after the claims have been forgiven.
func (e *exam) judgeSignature(issuer policy.Issuer, t Token, s signer) {
	published := len(issuer.Keys) == 0 && issuer.Secret+issuer.SecretEnv+issuer.SecretFile == ""
	if published {
		issuer.JWKSURL, issuer.Keys = "", []string{s.public}
	}
	_, err := verify(policy.Policy{Issuers: []policy.Issuer{issuer}}, t.raw, e.now)
	switch {
	case err == nil:
	case published && (errors.Is(err, token.ErrKey) || errors.Is(err, token.ErrSignature)):
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

func verify(p policy.Policy, raw string, now time.Time) (*token.Claims, error) {
	var ps policy.Problems // there are none, but those of a policy without issuers
	return token.Verify(context.Background(), token.New(p, &ps), raw, now)
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

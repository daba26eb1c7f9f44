package explanation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/attrgate/attrgate/middleware"
)

// stage is a step of the gate, the codes of its refusals, and what is said if it was passed.
type stage struct {
	name   string
	codes  []middleware.Code
	detail func() string
}

// way lists the steps behind the route in the order of the gate.
func (e *explainer) way() []stage {
	type codes = []middleware.Code
	return []stage{
		{"path", codes{middleware.AmbiguousPath, middleware.InvalidPath}, say("in its plain form")},
		{"method", codes{middleware.MethodOverride}, say("no override")},
		{"token", codes{middleware.TokenMissing, middleware.InvalidRequest}, e.tokenDetail},
		{"verification", codes{middleware.InvalidToken, middleware.VerifierUnavailable}, e.verifiedDetail},
		{"sender", codes{middleware.InvalidProof}, e.senderDetail},
		{"scopes", codes{middleware.InsufficientScope}, e.scopesDetail},
		{"mediaType", codes{middleware.UnsupportedMediaType}, e.mediaDetail},
		{"body", codes{middleware.TooLarge}, e.sizeDetail},
		{"json", codes{middleware.MalformedJSON}, say("one well-formed document")},
		{"shape", codes{middleware.InvalidShape}, e.countDetail},
		{"attributes", codes{middleware.InvalidAttributes}, e.attributesDetail},
		{"backend", codes{middleware.CredentialsUnavailable}, e.backendDetail},
	}
}

// fillSteps tells how far the request came. The step that a refusal belongs to failed; those
// before it were passed.
func (e *explainer) fillSteps() {
	d := e.seen.Decision
	e.report.Steps = []Step{e.routeStep()}
	if d.Route == "" {
		return
	}
	refused := e.refusedStep()
	result := Passed
	for _, s := range e.way() {
		switch {
		case s.name == refused && e.need != "":
			e.step(s.name, Unknown, e.need)
			result = NotReached
		case s.name == refused:
			e.step(s.name, Failed, d.Refusal.Detail)
			result = NotReached
		case result == Passed:
			e.step(s.name, Passed, s.detail())
		default:
			e.step(s.name, NotReached, "")
		}
	}
}

// refusedStep names the step that refused; empty if none did. A token that is good and not
// the sender's is refused with the code of one that is not good.
func (e *explainer) refusedStep() string {
	refusal := e.seen.Decision.Refusal
	if refusal == nil {
		return ""
	}
	for _, s := range e.way() {
		switch {
		case !slices.Contains(s.codes, refusal.Code):
		case s.name == "verification" && e.seen.Claims != nil:
			return "sender"
		default:
			return s.name
		}
	}
	return ""
}

func (e *explainer) step(name, result, detail string) {
	e.report.Steps = append(e.report.Steps, Step{Step: name, Result: result, Detail: detail})
}

func (e *explainer) routeStep() Step {
	s := Step{Step: "route", Result: Passed}
	switch d := e.seen.Decision; {
	case d.Outcome == middleware.Answered:
		s.Detail = "the metadata of the API: the gate answers itself"
	case d.Route == "":
		s.Detail = "none guards the request: it passes untouched"
	default:
		s.Detail = d.Route + ", in mode " + d.Mode
	}
	return s
}

func say(text string) func() string { return func() string { return text } }

func (e *explainer) tokenDetail() string {
	kind := "an opaque token"
	if t := e.report.Token; t != nil && t.Kind == "JWT" {
		kind = "a JWT"
	}
	if e.stand.claimed {
		kind = "claims that were given"
	}
	return "Authorization header, scheme " + e.seen.Scheme + ", " + kind
}

func (e *explainer) verifiedDetail() string {
	switch t := e.report.Token; {
	case e.stand.claimed:
		return "taken as verified: the claims were given"
	case t != nil && t.Kind == "static":
		return "one of the static tokens"
	case t != nil && t.Kind == "opaque":
		return "active, says the introspection endpoint"
	}
	return "signature, issuer, audience and times"
}

func (e *explainer) senderDetail() string {
	if c := e.seen.Claims; c == nil || c.Confirmation == nil {
		return "the token is not bound to one"
	}
	return "the token is the sender's"
}

func (e *explainer) scopesDetail() string {
	if s := e.report.Scopes; s != nil && len(s.Wanted) > 0 {
		return s.Match + " of " + strings.Join(s.Wanted, " ")
	}
	return "none wanted"
}

func (e *explainer) mediaDetail() string {
	if b := e.report.Body; b != nil {
		return b.ContentType + ", not encoded"
	}
	return ""
}

func (e *explainer) sizeDetail() string {
	return fmt.Sprintf("%d bytes of at most %d", len(e.body), e.route.Limits.BodyBytes)
}

func (e *explainer) countDetail() string {
	return plural(len(e.report.Attributes), "attribute")
}

func (e *explainer) attributesDetail() string {
	d := e.seen.Decision
	return fmt.Sprintf("%d renamed, %d rewritten, %d dropped", d.Renamed, d.Rewritten, d.Dropped)
}

func (e *explainer) backendDetail() string {
	if e.route.Forward.Credentials.TokenURL == "" {
		return "gets the request"
	}
	if e.options.Online {
		return "gets the request with a token of the gate's own"
	}
	return "gets the request with a token of the gate's own, which was not obtained now"
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

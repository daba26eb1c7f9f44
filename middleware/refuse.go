package middleware

import (
	"errors"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/attrgate/attrgate/middleware/internal/attribute"
	"github.com/attrgate/attrgate/middleware/internal/pattern"
	"github.com/attrgate/attrgate/middleware/internal/query"
	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
)

// retryAfter is the advice of a 503, in seconds: the least time between two questions to
// an issuer.
const retryAfter = 10

func checkPath(match pattern.Match) *Refusal {
	if match.Lookalike {
		return &Refusal{
			Status: http.StatusBadRequest, Code: AmbiguousPath,
			Detail: "the path is another spelling of a guarded one; send it in its plain form",
		}
	}
	if match.Unallowed != "" {
		return &Refusal{
			Status: http.StatusBadRequest, Code: InvalidPath, Variable: match.Unallowed,
			Detail: "the path variable " + match.Unallowed + " is not of the form that the policy asks for",
		}
	}
	return nil
}

func checkMethod(match pattern.Match, r *http.Request) *Refusal {
	if match.MethodForm {
		return refuseMethod("the method is another spelling of the guarded one; send it in capitals")
	}
	return checkOverride(r)
}

func refuseMethod(detail string) *Refusal {
	return &Refusal{Status: http.StatusBadRequest, Code: MethodOverride, Detail: detail}
}

const override = "a method override on a guarded path; send the request with its own method"

// overrides are the fields of a header that frameworks take for another method than the
// request's own.
var overrides = []string{"X-Http-Method-Override", "X-Http-Method", "X-Method-Override"}

// checkOverride refuses them, and the same in the query.
func checkOverride(r *http.Request) *Refusal {
	found := query.Has(r.URL.RawQuery, "_method")
	for _, name := range overrides {
		found = found || len(r.Header[name]) > 0
	}
	if found {
		return refuseMethod(override)
	}
	return nil
}

// checkOverrideLoosely does so too where CGI or one of its descendants reads other marks as
// hyphens. It is for methods that are not guarded; a request with the guarded one needs a
// token whatever it is taken for. All names are looked at together, for a header may have a
// hundred thousand.
func checkOverrideLoosely(fold *strings.Replacer, r *http.Request) *Refusal {
	var names []string
	for name := range r.Header {
		names = append(names, name)
	}
	all := " " + folded(fold, strings.Join(names, " ")) + " "
	for _, name := range overrides {
		if strings.Contains(all, " "+strings.ToLower(name)+" ") {
			return refuseMethod(override)
		}
	}
	return checkOverride(r)
}

func refuseExtraction(rt *route, sent token.Sent, err error) *Refusal {
	if errors.Is(err, token.ErrMissing) {
		return &Refusal{
			Status: http.StatusUnauthorized, Code: TokenMissing, Challenges: challenges(rt, sent, "", nil),
			Detail: "an access token is required in the Authorization header, as " + rt.accepted,
		}
	}
	return &Refusal{
		Status: http.StatusBadRequest, Code: InvalidRequest, Detail: err.Error(),
		Challenges: challenges(rt, sent, "invalid_request", err),
	}
}

// refuseToken refuses a token that is not good, or not the sender's.
func refuseToken(rt *route, sent token.Sent, err error) *Refusal {
	if errors.Is(err, token.ErrRequest) {
		return refuseExtraction(rt, sent, err)
	}
	if errors.Is(err, token.ErrUnavailable) {
		return &Refusal{
			Status: http.StatusServiceUnavailable, Code: VerifierUnavailable, RetryAfter: retryAfter, Cause: err.Error(),
			Detail: "the access token cannot be verified at the moment; try again",
		}
	}
	code := InvalidToken
	if errors.Is(err, token.ErrProof) {
		code = InvalidProof
	}
	return &Refusal{
		Status: http.StatusUnauthorized, Code: code, Detail: err.Error(),
		Challenges: challenges(rt, sent, string(code), err),
	}
}

func refuseScope(rt *route, sent token.Sent) *Refusal {
	return &Refusal{
		Status: http.StatusForbidden, Code: InsufficientScope, Challenges: challenges(rt, sent, "insufficient_scope", nil),
		Detail: "the access token lacks the scope of this route: " + rt.scopes.String(),
	}
}

// refuseBroken refuses a body that ends before its end.
func refuseBroken(err error) *Refusal {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return &Refusal{Status: http.StatusRequestTimeout, Code: BodyTimeout, Detail: "the body did not arrive in time"}
	}
	return &Refusal{Status: http.StatusBadRequest, Code: MalformedJSON, Detail: "the body could not be read to its end"}
}

func refuseFault(fault *attribute.Fault) *Refusal {
	if fault.Malformed != "" {
		return &Refusal{
			Status: http.StatusBadRequest, Code: MalformedJSON,
			Detail: "the body is not one well-formed JSON document: " + fault.Malformed,
		}
	}
	return &Refusal{
		Status: http.StatusUnprocessableEntity, Code: InvalidShape, Violations: fault.Shape,
		Detail: "the body does not hold attributes in the form of this route",
	}
}

func refuseAttributes(violations []policy.Violation) *Refusal {
	return &Refusal{
		Status: http.StatusUnprocessableEntity, Code: InvalidAttributes, Violations: violations,
		Detail: "attributes break the rules of this route",
	}
}

func refuseRate(wait time.Duration) *Refusal {
	return &Refusal{
		Status: http.StatusTooManyRequests, Code: RateLimited, RetryAfter: secondsOf(wait),
		Detail: "there are more requests than the limits of this route allow; try again later",
	}
}

// secondsOf rounds up, to one at the least: who waits that long has waited long enough.
func secondsOf(wait time.Duration) int {
	seconds := int((wait + time.Second - 1) / time.Second)
	if seconds < 1 {
		return 1
	}
	return seconds
}

// refuseCredentials answers 503 and not 502: nothing is wrong with an answer of the
// backend, which was not asked, and the client is told when to try again.
func refuseCredentials(err error, wait time.Duration) *Refusal {
	return &Refusal{
		Status: http.StatusServiceUnavailable, Code: CredentialsUnavailable, RetryAfter: secondsOf(wait), Cause: err.Error(),
		Detail: "the gate cannot obtain its token for the backend at the moment; try again",
	}
}

package middleware

import (
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
)

// Outcome is what became of a request.
type Outcome string

// The outcomes.
const (
	// Passed: no route guards the request, and it went on untouched.
	Passed Outcome = "passed"

	// Admitted: a route guards the request, and it went on.
	Admitted Outcome = "admitted"

	// Refused: the request was answered by the gate.
	Refused Outcome = "refused"

	// Reported: the request would have been refused, but its route is in report mode; it
	// went on as it came, but for what policy.Forward says.
	Reported Outcome = "reported"

	// Answered: the request asked for the metadata of the API (RFC 9728), which the gate
	// knows itself.
	Answered Outcome = "answered"
)

// Decision is what the gate made of one request: a plain value, safe to log. It holds
// names, rules, kinds and lengths, and never a token, a value or a key.
type Decision struct {
	// Outcome is what became of the request.
	Outcome Outcome `json:"outcome"`

	// Route is the name of the route; empty if none guards the request.
	Route string `json:"route,omitempty"`

	// Mode is the route's: enforce or report.
	Mode string `json:"mode,omitempty"`

	// Subject, ClientID and Issuer are those of the token, once it was verified.
	Subject  string `json:"subject,omitempty"`
	ClientID string `json:"clientID,omitempty"`
	Issuer   string `json:"issuer,omitempty"`

	// TokenKind is how the token was verified, one of the Kind constants of package token,
	// and TokenRemembered tells that it was for an earlier request.
	TokenKind       string `json:"-"`
	TokenRemembered bool   `json:"-"`

	// Names are the names of the attributes that go on, or would if the request were not
	// refused, in the body's order.
	Names []string `json:"names,omitempty"`

	// Renamed is how many keys were replaced, or in report mode would have been.
	Renamed int `json:"renamed,omitempty"`

	// Rewritten is how many types or values were replaced, and Dropped how many attributes
	// were left out, or in report mode would have been.
	Rewritten int `json:"rewritten,omitempty"`
	Dropped   int `json:"dropped,omitempty"`

	// Refusal is why the request was refused, or would have been; nil if it was not.
	Refusal *Refusal `json:"refusal,omitempty"`

	// Duration is how long the gate took, without the handler behind it, in nanoseconds.
	Duration time.Duration `json:"duration"`
}

// Code names the kind of a refusal. Codes are part of the API: they do not change.
type Code string

// The codes, in the order in which a request can meet them.
const (
	// AmbiguousPath: the path is another spelling of a guarded one, with encoded letters,
	// doubled slashes, dot segments, a slash at the end, parameters or other letter case. One
	// that is encoded more than eight times over, or has parameters in more than a hundred
	// segments, may be any.
	AmbiguousPath Code = "ambiguous_path"

	// InvalidPath: a path variable does not match its pattern.
	InvalidPath Code = "invalid_path"

	// MethodOverride: the request asks for another method than its own, by a header or the
	// query parameter _method, on a guarded path.
	MethodOverride Code = "method_override"

	// TokenMissing: there is no access token of an accepted scheme.
	TokenMissing Code = "token_missing"

	// InvalidRequest: the token is sent in a way that RFC 6750 forbids: with a second or
	// malformed Authorization header, or in the query.
	InvalidRequest Code = "invalid_request"

	// InvalidToken: the token is not good (RFC 6750, section 3.1): it has a wrong signature,
	// issuer, audience or time, is not active, or is bound to another sender.
	InvalidToken Code = "invalid_token"

	// InvalidProof: the DPoP proof is missing or not good (RFC 9449, section 7.1).
	InvalidProof Code = "invalid_dpop_proof"

	// VerifierUnavailable: the issuer cannot be asked; the token may be good.
	VerifierUnavailable Code = "verifier_unavailable"

	// InsufficientScope: the token lacks a scope (RFC 6750, section 3.1).
	InsufficientScope Code = "insufficient_scope"

	// RateLimited: the caller asks too often.
	RateLimited Code = "rate_limited"

	// UnsupportedMediaType: the body is not plain JSON in UTF-8, or has a Content-Encoding.
	UnsupportedMediaType Code = "unsupported_media_type"

	// TooLarge: the body is over the limit.
	TooLarge Code = "too_large"

	// BodyTimeout: the body did not arrive in the time that the server gives it.
	BodyTimeout Code = "body_timeout"

	// MalformedJSON: the body is not one well-formed JSON document, with each name once in
	// an object, or nests too deep.
	MalformedJSON Code = "malformed_json"

	// InvalidShape: the attributes are not where they should be.
	InvalidShape Code = "invalid_shape"

	// InvalidAttributes: attributes break rules.
	InvalidAttributes Code = "invalid_attributes"

	// CredentialsUnavailable: the gate has no token of its own for the backend.
	CredentialsUnavailable Code = "credentials_unavailable"
)

// Refusal is the answer to a request that may not go on. It is an http.Handler that writes
// itself; its JSON form is for logs.
type Refusal struct {
	// Status is the HTTP status code.
	Status int `json:"status"`

	// Code is the kind of refusal.
	Code Code `json:"code"`

	// Detail says for people what was wrong.
	Detail string `json:"detail"`

	// Cause says for the operator why something could not be done; the client is not told.
	Cause string `json:"cause,omitempty"`

	// Violations lists everything in the body that breaks a rule.
	Violations []policy.Violation `json:"violations,omitempty"`

	// Challenges are the values of WWW-Authenticate, one header each (RFC 6750, section 3;
	// RFC 9449, section 7.1); empty: none.
	Challenges []string `json:"-"`

	// RetryAfter is how long to wait before a second try, in seconds; zero: no advice.
	RetryAfter int `json:"-"`

	// Variable is the path variable that InvalidPath is about.
	Variable string `json:"-"`

	// Envelope names the built-in API in whose own form the refusal is written.
	// If empty, it is a problem (RFC 9457).
	Envelope string `json:"-"`
}

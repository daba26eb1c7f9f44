// Package explanation says of one request what a gate makes of it, step by step. The gate
// decides; what is said is what its own steps saw.
package explanation

import "time"

// Report is the way of one request. Its JSON is a format that others read: members are
// added and not changed. Without Options.ShowValues it holds no value of the request, and
// never a token.
type Report struct {
	// Request is what was sent: a method and a path, without the query.
	Request Request `json:"request"`
	// At is the time that the token was held against.
	At time.Time `json:"at"`
	// Outcome is passed, admitted, refused, reported or answered, as in a decision; or
	// unknown, if nobody could be asked about the token.
	Outcome string `json:"outcome"`
	// Mode is the mode of the route: enforce or report; empty if none guards the request.
	Mode string `json:"mode,omitempty"`
	// Steps is the way, in its order.
	Steps []Step `json:"steps"`
	// Routes says of each route why it guards the request, or does not.
	Routes []Route `json:"routes"`
	// Token is what is known of the token; nil if the request was not asked for one.
	Token *Token `json:"token,omitempty"`
	// Scopes are those that the route wants and those that the token has; nil if no token
	// was verified.
	Scopes *Scopes `json:"scopes,omitempty"`
	// Body is what was sent as a body; nil if it was not looked at.
	Body *Body `json:"body,omitempty"`
	// Attributes are those of the body, in its order.
	Attributes []Attribute `json:"attributes,omitempty"`
	// Violations are those that are no single attribute's.
	Violations []Violation `json:"violations,omitempty"`
	// Difference shows what changed in the body, as lines that begin with +, - or a space.
	Difference []string `json:"difference,omitempty"`
	// Headers says what changed in the header on the way to the backend.
	Headers []Header `json:"headers,omitempty"`
	// Forwarded is the request that goes on; nil if none does.
	Forwarded *Forwarded `json:"forwarded,omitempty"`
	// Refusal is why the request is, or in report mode would be, refused; nil if it is not.
	Refusal *Refusal `json:"refusal,omitempty"`
	// Notes are what else has to be known to believe the rest.
	Notes []string `json:"notes,omitempty"`
}

// Request is a method and a path.
type Request struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	// Query tells whether there is one. It is not shown: it may hold a token.
	Query bool `json:"query,omitempty"`
}

// The results of a step.
const (
	Passed     = "passed"
	Failed     = "failed"
	Unknown    = "unknown"    // nobody could be asked
	NotReached = "notReached" // a step before it was the last
)

// Step is a step of the way.
type Step struct {
	Step   string `json:"step"`
	Result string `json:"result"`
	Detail string `json:"detail,omitempty"`
}

// Route is a route of the policy.
type Route struct {
	Name   string `json:"name"`
	Match  string `json:"match"`
	Guards bool   `json:"guards"`
	Why    string `json:"why"`
}

// Token is what is known of a token, without the token.
type Token struct {
	Scheme string `json:"scheme,omitempty"`
	// Kind is JWT, opaque or static.
	Kind string `json:"kind,omitempty"`
	// Claimed tells that the claims were given in the place of the token.
	Claimed bool `json:"claimed,omitempty"`
	// Verified tells that what follows was verified; otherwise it is what the token says.
	Verified  bool   `json:"verified"`
	Issuer    string `json:"issuer,omitempty"`
	KeyID     string `json:"keyID,omitempty"`
	Algorithm string `json:"algorithm,omitempty"`
	Type      string `json:"type,omitempty"`
	Subject   string `json:"subject,omitempty"`
	ClientID  string `json:"clientID,omitempty"`
	Audience  string `json:"audience,omitempty"`
	Issued    *Time  `json:"issued,omitempty"`
	NotBefore *Time  `json:"notBefore,omitempty"`
	Expires   *Time  `json:"expires,omitempty"`
	// Failed lists every check that the token does not pass, and Unchecked what could not
	// be told.
	Failed    []string `json:"failed,omitempty"`
	Unchecked []string `json:"unchecked,omitempty"`
}

// Time is a time, and how far it is from the report's.
type Time struct {
	Time     time.Time `json:"time"`
	Relative string    `json:"relative"`
}

// Scopes are scopes wanted and held.
type Scopes struct {
	Wanted []string `json:"wanted"`
	// Match is whether all of them are wanted, or any.
	Match   string   `json:"match"`
	Held    []string `json:"held"`
	Missing []string `json:"missing"`
}

// Body is what was sent as a body.
type Body struct {
	ContentType     string `json:"contentType,omitempty"`
	ContentEncoding string `json:"contentEncoding,omitempty"`
	Bytes           int    `json:"bytes"`
	Limit           int64  `json:"limit"`
}

// Attribute is what became of one attribute.
type Attribute struct {
	Pointer string `json:"pointer"`
	Key     string `json:"key"`
	Name    string `json:"name,omitempty"`
	// Naming lists the steps that changed something: space, unwrap, style, aliases, prefix.
	Naming  []NamingStep `json:"naming,omitempty"`
	Type    string       `json:"type,omitempty"`
	NewType string       `json:"newType,omitempty"`
	Value   Value        `json:"value"`
	// Rule is "name: X" or "namePattern: X". If no rule is for the name it is empty, and
	// Unknown is what the route does then: allow, refuse or drop.
	Rule    string `json:"rule,omitempty"`
	Unknown string `json:"unknown,omitempty"`
	// Wants lists what the type and the rule ask for.
	Wants []string `json:"wants,omitempty"`
	// Verdict is kept, rewritten, dropped or broken.
	Verdict string `json:"verdict"`
	// Why says what was rewritten (name, type, value), or what in the policy drops the
	// attribute.
	Why        []string    `json:"why,omitempty"`
	Violations []Violation `json:"violations,omitempty"`
}

// The verdicts on an attribute.
const (
	Kept      = "kept"
	Rewritten = "rewritten"
	Dropped   = "dropped"
	Broken    = "broken"
)

// NamingStep is a step from a key to a name.
type NamingStep struct {
	Step   string `json:"step"`
	Result string `json:"result"`
}

// Value is a kind and a length: UTF-16 units, members or elements.
type Value struct {
	Kind   string `json:"kind"`
	Length int    `json:"length"`
	// Text is the value itself, if it was asked for.
	Text *string `json:"text,omitempty"`
}

// Violation is a rule that is broken.
type Violation struct {
	Pointer string `json:"pointer"`
	Name    string `json:"name,omitempty"`
	Rule    string `json:"rule"`
	Want    string `json:"want"`
	Got     string `json:"got"`
}

// Header is a header that is another for the backend.
type Header struct {
	Name string `json:"name"`
	// Change is added, removed or changed.
	Change string `json:"change"`
	// Value is the new one, if it was asked for and is no secret.
	Value string `json:"value,omitempty"`
}

// Forwarded is what the backend gets. Method and path are those of the request.
type Forwarded struct {
	// Bytes is the length of the body.
	Bytes int `json:"bytes"`
	// BodyChanged tells that the body is not the one that came.
	BodyChanged bool `json:"bodyChanged"`
}

// Refusal is the answer to a request that does not go on, or in report mode would not.
type Refusal struct {
	Status  int      `json:"status"`
	Code    string   `json:"code"`
	Detail  string   `json:"detail"`
	Headers []string `json:"headers"`
	Body    string   `json:"body"`
}

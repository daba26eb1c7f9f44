package replay

import "time"

// Report is what replaying traffic came to. It holds names, rules, kinds and lengths, and
// JSON pointers, in which keys stand as they were sent; never a value or a token.
type Report struct {
	// Logs, Policy and Against name what was read; Against is empty if the policy was held
	// against what the logs say.
	Logs    []string `json:"logs"`
	Policy  string   `json:"policy"`
	Against string   `json:"against,omitempty"`

	// Tokens is how recorded tokens were judged.
	Tokens string `json:"tokens"`

	// Requests is how many were judged, from the first to the last.
	Requests int64      `json:"requests"`
	First    *time.Time `json:"first,omitempty"`
	Last     *time.Time `json:"last,omitempty"`

	// Unread is what could not be read.
	Unread Unread `json:"unread"`

	// Callers says how the callers of guarded requests were judged, and Gaps what the log
	// did not hold.
	Callers Callers `json:"callers"`
	Gaps    Gaps    `json:"gaps"`

	// Before and After are the outcomes under Against, or in the log, and under Policy.
	Before Outcomes `json:"before"`
	After  Outcomes `json:"after"`

	// Timeline says when requests came.
	Timeline Timeline `json:"timeline"`

	// Routes are the routes of the guarded requests, the busiest first.
	Routes []Route `json:"routes"`

	// Changes are the kinds of change that happened, the gravest first.
	Changes []Change `json:"changes"`

	// Refused is about all requests that Policy refuses, or would if it were enforced.
	Refused Breakdown `json:"refused"`
}

// Timeline counts requests by when they came.
type Timeline struct {
	// Seconds is the length of each stretch.
	Seconds int64 `json:"seconds"`
	// Moments are the stretches with requests, in order; at most 100.
	Moments []Moment `json:"moments"`
}

// Unread is what could not be read of the logs.
type Unread struct {
	Count   int64 `json:"count"`
	Reasons []Row `json:"reasons"`
	// First are the first few places.
	First []Gap `json:"first"`
}

// Gap is a place that could not be read.
type Gap struct {
	Place  string `json:"place"`
	Reason string `json:"reason"`

	order int64
}

// Callers counts how the callers of guarded requests were judged.
type Callers struct {
	// Checked: by all that the request carried, or did not carry.
	Checked int64 `json:"checked"`
	// Trusted: by the claims of the token, whose signature nobody could check.
	Trusted int64 `json:"trusted"`
	// Assumed: the log has no token, and the caller was taken to have a good one.
	Assumed int64 `json:"assumed"`
	// Given: by claims that were given for all requests.
	Given int64 `json:"given"`
}

// Gaps counts the guarded requests of which the log did not hold something.
type Gaps struct {
	// Time: the token's own times were believed.
	Time int64 `json:"time"`
	// Header: what the log does not hold of it was taken to be in order.
	Header int64 `json:"header"`
	// Body: it was taken to be in order.
	Body int64 `json:"body"`
	// Outcome: without a second policy, there was nothing to compare with.
	Outcome int64 `json:"outcome"`
}

// Outcomes counts requests by what becomes of them.
type Outcomes struct {
	Passed   int64 `json:"passed"`
	Admitted int64 `json:"admitted"`
	Reported int64 `json:"reported"`
	Refused  int64 `json:"refused"`
	Answered int64 `json:"answered"`
	Unknown  int64 `json:"unknown"`
}

// Route is what becomes of the requests of a route of Policy, or of one that only Against has.
type Route struct {
	Name     string         `json:"name"`
	Requests int64          `json:"requests"`
	Outcomes Outcomes       `json:"outcomes"`
	Changes  map[Kind]int64 `json:"changes"`
}

// Change is about the requests that fare otherwise in one way.
type Change struct {
	Kind Kind `json:"kind"`
	Breakdown
}

// Breakdown says which requests they are. A request that breaks several rules counts for
// each of them, so rows may come to more than Count.
type Breakdown struct {
	Count    int64   `json:"count"`
	Causes   []Cause `json:"causes"`
	Routes   []Row   `json:"routes"`
	Codes    []Row   `json:"codes"`
	Rules    []Row   `json:"rules"`
	Names    []Row   `json:"names"`
	Clients  []Row   `json:"clients"`
	Subjects []Row   `json:"subjects"`
}

// Row counts the requests of one word.
type Row struct {
	Word  string `json:"word"`
	Count int64  `json:"count"`
	// Over is by how much Count may be too high, where there were more words than are
	// counted at a time; see MaxTop.
	Over int64 `json:"over,omitempty"`
}

// Cause is why requests are refused, with the first example.
type Cause struct {
	Route  string `json:"route,omitempty"`
	Code   string `json:"code,omitempty"`
	Rule   string `json:"rule,omitempty"`
	Name   string `json:"name,omitempty"`
	Count  int64  `json:"count"`
	Over   int64  `json:"over,omitempty"`
	Sample Sample `json:"sample"`
}

// Sample is one request of a cause.
type Sample struct {
	// Place is where it stands in the logs.
	Place string `json:"place"`
	// Pointer leads to the place in its body (RFC 6901); keys are as they were sent.
	Pointer string `json:"pointer,omitempty"`
	// Want and Got are what the rule asks for, and the kind or length of what was there.
	Want string `json:"want,omitempty"`
	Got  string `json:"got,omitempty"`

	order int64
}

// Of returns what changed in one way; nil if nothing did.
func (r *Report) Of(kind Kind) *Change {
	for i := range r.Changes {
		if r.Changes[i].Kind == kind {
			return &r.Changes[i]
		}
	}
	return nil
}

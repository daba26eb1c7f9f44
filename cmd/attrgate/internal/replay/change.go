package replay

import "github.com/attrgate/attrgate/middleware"

// Kind is a way in which a request fares otherwise.
type Kind string

// The kinds of change, the gravest first.
const (
	// NewlyRefused: the request went on, and would be refused.
	NewlyRefused Kind = "newly refused"

	// NewlyAdmitted: the request was refused, and would go on.
	NewlyAdmitted Kind = "newly admitted"

	// RefusedOtherwise: the request was refused and would be, for another reason.
	RefusedOtherwise Kind = "refused otherwise"

	// NewlyReported: the request would go on and be reported, because the route is in
	// report mode. Enforced, it would be refused.
	NewlyReported Kind = "newly reported"

	// ForwardedOtherwise: the request would go on with another body.
	ForwardedOtherwise Kind = "forwarded otherwise"
)

// Kinds returns all kinds of change, the gravest first.
func Kinds() []Kind {
	return []Kind{NewlyRefused, NewlyAdmitted, RefusedOtherwise, NewlyReported, ForwardedOtherwise}
}

// compare returns how a request fares otherwise, if it does, and the verdict that has the
// reasons. Against a log, before has no forwarded request.
func compare(before, after *verdict) (kind Kind, reasons *verdict) {
	switch {
	case before.silent:
		return "", nil
	case before.goesOn() && !after.goesOn():
		return NewlyRefused, after
	case !before.goesOn() && after.goesOn():
		return NewlyAdmitted, before
	case !after.goesOn():
		if sameRefusal(before.Refusal, after.Refusal) {
			return "", nil
		}
		return RefusedOtherwise, after
	case after.Outcome == middleware.Reported && before.Outcome != middleware.Reported:
		return NewlyReported, after
	case before.Outcome == middleware.Admitted && after.Outcome == middleware.Admitted && before.forwarded != nil && !sameBody(before, after):
		return ForwardedOtherwise, after
	}
	return "", nil
}

// sameRefusal compares what clients can tell apart. A log may know only one of the two.
func sameRefusal(before, after *middleware.Refusal) bool {
	if before.Code != "" {
		return before.Code == after.Code
	}
	return before.Status == 0 || before.Status == after.Status
}

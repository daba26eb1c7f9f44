// Package coverage says what of a policy no case has reached: which routes, refusals, rules
// and settings could be wrong without a case that fails.
package coverage

import (
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Case is a case that was run under the policy.
type Case struct {
	// Decisions are those of the gate.
	Decisions []middleware.Decision

	// Rerun runs the case under another policy.
	Rerun func(policy.Policy) (Run, error)
}

// Run is what became of a case under some policy.
type Run struct {
	// Decisions are those of the gate.
	Decisions []middleware.Decision

	// Forwarded is what reached the backend, in any form that is the same each time.
	Forwarded string
}

// Item is one thing of a policy that a case can reach.
type Item struct {
	// Route is the route's name.
	Route string `json:"route"`

	// What is to be reached, such as "admitted" or "attributes[0] Model: type broken".
	What string `json:"what"`

	// Reached tells whether a case did.
	Reached bool `json:"reached"`
}

// Of returns the items of a policy that has no problems, in the order of its routes, and
// which of them the cases reach.
func Of(p policy.Policy, cases []Case) []Item {
	var items []Item
	for i, route := range p.Expand().Routes {
		on := onRoute(route.Name, cases)
		items = append(items, reached(route.Name, outcomes(p, route), on)...)
		items = append(items, reached(route.Name, rules(route), on)...)
		if len(p.Routes) > 0 {
			items = append(items, needed(p, i, route.Name, on)...)
		}
	}
	return items
}

// Percent is the part of the items that are reached; 100 if there are none.
func Percent(items []Item) float64 {
	if len(items) == 0 {
		return 100
	}
	return 100 * float64(Count(items)) / float64(len(items))
}

// Count is how many items are reached.
func Count(items []Item) int {
	count := 0
	for _, item := range items {
		if item.Reached {
			count++
		}
	}
	return count
}

// goal is something that a single decision shows to be reached.
type goal struct {
	what string
	by   func(middleware.Decision) bool
}

func reached(route string, goals []goal, cases []Case) []Item {
	var items []Item
	for _, g := range goals {
		items = append(items, Item{Route: route, What: g.what, Reached: someDecision(cases, g.by)})
	}
	return items
}

func someDecision(cases []Case, is func(middleware.Decision) bool) bool {
	for _, c := range cases {
		for _, d := range c.Decisions {
			if is(d) {
				return true
			}
		}
	}
	return false
}

// onRoute returns the cases whose requests are for a route.
func onRoute(name string, cases []Case) []Case {
	var found []Case
	for _, c := range cases {
		if someDecision([]Case{c}, func(d middleware.Decision) bool { return d.Route == name }) {
			found = append(found, c)
		}
	}
	return found
}

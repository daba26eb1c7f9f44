//go:build !yaegi
// +build !yaegi

package middleware

import "github.com/attrgate/attrgate/middleware/internal/attribute"

// RouteView says how one route meets a request.
type RouteView struct {
	// Guards is set on the one route that guards the request.
	Guards bool
	// Why says in words why the route guards the request, or does not.
	Why string
}

// AttributeView says what became of one attribute.
type AttributeView struct {
	// Pointer leads to the attribute in the body (RFC 6901), or in the document that a
	// string held.
	Pointer string
	// Key is the attribute's key as it was sent.
	Key string
	// Name is the key's name; empty if it has none.
	Name string
	// Naming lists the steps of naming that changed something, in their order.
	Naming []NamingStep
	// Type is the type that the attribute declares; empty where none is declared.
	Type string
	// NewType is the type that goes on instead of it; empty if it stays.
	NewType string
	// Kind is the kind of the value, in words, and Length its size: UTF-16 units of a
	// string, members of an object, elements of a list, and otherwise zero.
	Kind   string
	Length int
	// Value is a string's characters, or the JSON text of any other value.
	Value string
	// Rule says which rule the policy has for the name: "name: X" or "namePattern: X";
	// empty if it has none.
	Rule string
	// Wants lists what is asked of the value: by its type, and by the rule.
	Wants []string
	// Dropped is set if the attribute is left out of what goes on; Renamed and Rewritten
	// if its key or value is another there.
	Dropped, Renamed, Rewritten bool
}

// NamingStep is a step on the way from a key to its name. Step is the step in the policy's
// words: space, unwrap, style, aliases or prefix; Result is the key after it.
type NamingStep = attribute.NamingStep

// ScopeView is a scope that a route wants.
type ScopeView struct {
	// Scope is the scope as the policy has it.
	Scope string
	// Held tells whether the token has it.
	Held bool
}

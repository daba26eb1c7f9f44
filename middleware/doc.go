// Package middleware guards the routes of a policy in front of an http.Handler.
//
// A request that matches a route is admitted only if its access token is valid and carries
// the route's scopes, and its body is a well-formed set of attributes that satisfies the
// route's rules. Keys are normalised, and the request goes on. Every other request passes
// untouched:
//
//	p, err := policy.Parse(text)
//	if err != nil { … }
//	gate, err := middleware.New(p, middleware.Options{})
//	if err != nil { … }
//	http.ListenAndServe(address, gate.Wrap(proxy))
//
// The text is JSON; a policy can also be written as Go, as a policy.Policy. YAML is read by the
// command alone: "attrgate convert policy.yaml --to policy -o policy.json". The zero Options
// are ready for use.
//
// Wrap never changes the reply of the handler behind it; see there for routes with
// credentials. Whoever needs the decision before the handler runs calls Admit.
package middleware

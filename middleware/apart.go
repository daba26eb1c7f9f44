//go:build !traefik
// +build !traefik

package middleware

import "net/http"

// The parts of what Wrap does, for those who put them together in another way.

// Admit decides on a request without answering it. It returns the request to forward,
// which is r itself if nothing changed, and the decision. Where the outcome is Refused the
// request must not be forwarded; the decision's Refusal writes the answer. Where it is
// Answered, Describe does. The body of r may have been read.
//
// Options.RateLimit is asked, and a DPoP proof is used up. OnDecision and OnRefusal are not
// called: the decision is here.
//
// The request has the gate's own token where the route has credentials. It is for Wrap
// alone to send it again with another token if the backend does not accept that one.
func (g *Gate) Admit(r *http.Request) (*http.Request, Decision) {
	d := record{heard: true}
	forwarded := admit(g, r, &d)
	return forwarded, d.Decision
}

// Describe answers a request for which Admit decided Answered.
func (g *Gate) Describe(w http.ResponseWriter, r *http.Request) {
	describe(w, r, g.resource)
}

// ServeHTTP writes the refusal.
func (r *Refusal) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	answer(w, request, r)
}

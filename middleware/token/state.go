//go:build !yaegi
// +build !yaegi

package token

import "time"

// State is what is known at a moment of those that a Verifier asks, and how much is
// remembered.
type State struct {
	// Verified and Refused are how many tokens the process remembers, whoever asked.
	Verified, Refused int

	// KeySets are those of the issuers that publish their keys, in no particular order.
	KeySets []KeySetState

	// Endpoints are those of introspection, in the order of the policy.
	Endpoints []EndpointState
}

// KeySetState is what is known of an issuer's keys.
type KeySetState struct {
	// Issuer is its name.
	Issuer string

	// Fetched is when the keys in use were fetched; zero: there are none yet.
	Fetched time.Time

	// Failing tells that the last try to fetch them failed.
	Failing bool
}

// EndpointState is how an introspection endpoint does.
type EndpointState struct {
	// URL is the endpoint's.
	URL string

	// Breaker is "closed" while it is asked, "open" while it is left alone after failures,
	// and "half-open" when the next question decides.
	Breaker string
}

// StateOf returns the state of what a Verifier works with. It waits for nobody.
func StateOf(v *Verifier, now time.Time) State {
	state := State{Verified: count(shared.verified), Refused: count(shared.refused)}
	for _, is := range v.issuers {
		if is.remote != nil {
			state.KeySets = append(state.KeySets, keySetState(is.name, is.remote))
		}
	}
	for _, e := range v.endpoints {
		state.Endpoints = append(state.Endpoints, EndpointState{URL: e.url, Breaker: breakerState(e.breaker, now)})
	}
	return state
}

func keySetState(issuer string, s *keySet) KeySetState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return KeySetState{Issuer: issuer, Fetched: s.fetched, Failing: s.failure != nil}
}

func breakerState(b *breaker, now time.Time) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.pause == 0:
		return "closed"
	case now.Before(b.until):
		return "open"
	}
	return "half-open"
}

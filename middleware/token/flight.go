package token

import (
	"context"
	"errors"
	"time"
)

// flight is one question about one token, however many callers wait for the answer.
// What came of it may be read once landed has ended.
type flight struct {
	landed context.Context
	land   context.CancelFunc
	claims *Claims
	err    error
}

// introspect returns what the endpoints say of a token, asked now or remembered. A caller
// whose ctx ends gets ErrUnavailable; the question goes on for the others.
func introspect(ctx context.Context, v *Verifier, raw string, id [digestSize]byte, now time.Time) (*Claims, error) {
	if err := refused(id, now); err != nil {
		return nil, err
	}
	f := board(v, raw, id, now)
	if !wait(ctx, f.landed) {
		return nil, ErrUnavailable
	}
	return f.claims, f.err
}

// board finds the flight of a token, or starts one. One that has landed since the caller
// looked is found by what it left.
func board(v *Verifier, raw string, id [digestSize]byte, now time.Time) *flight {
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if f := shared.flights[id]; f != nil {
		return f
	}
	landed, land := context.WithCancel(context.Background())
	f := &flight{landed: landed, land: land}
	f.claims = recall(id, now, &Room{})
	if f.claims == nil {
		f.err = refused(id, now)
	}
	if f.claims != nil || f.err != nil {
		land()
		return f
	}
	f.err = ErrUnavailable
	shared.flights[id] = f
	go fly(f, v, raw, id, now)
	return f
}

// fly asks, remembers and lands, in this order. Another process may have asked already.
func fly(f *flight, v *Verifier, raw string, id [digestSize]byte, now time.Time) {
	m := findResult(v, raw, now)
	found := m != nil
	if found {
		m.claims = asRemembered(m.claims)
	} else {
		m = askOnce(v, raw, now)
	}
	f.claims = m.claims
	f.err = m.err
	if m.claims != nil {
		keep(shared.verified, id, remembering(m.claims, m.until))
	} else if !errors.Is(m.err, ErrUnavailable) {
		keep(shared.refused, id, m)
	}
	shared.mu.Lock()
	delete(shared.flights, id)
	shared.mu.Unlock()
	f.land()
	if !found {
		keepResult(v, raw, m, now)
	}
}

// askOnce asks the endpoints, and says until when the answer may be remembered.
func askOnce(v *Verifier, raw string, now time.Time) *memory {
	claims, keepFor, err := askAll(v.endpoints, raw, now)
	m := &memory{claims: claims, err: err, until: now.Add(keepFor)}
	if claims != nil && !claims.Expiry.IsZero() && claims.Expiry.Before(m.until) {
		m.until = claims.Expiry
	}
	return m
}

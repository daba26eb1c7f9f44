//go:build yaegi
// +build yaegi

package token

import (
	"math"
	"strings"
	"sync/atomic"
	"time"
)

// admits tells whether the way would admit a caller who is not known, and takes note of him.
// It asks nobody, refuses nobody, and leaves those to the way of whom it is not sure. Before
// may be what was known of him, or nil.
func admits(c *Callers, authorization string, before *caller) bool {
	if before != nil && before.never {
		return false
	}
	scheme, raw, _ := strings.Cut(authorization, " ")
	if !c.schemes[scheme] || len(raw) > MaxLength || tokenSyntax(raw) != nil {
		return false
	}
	claims, k := atHand(c.verifier, raw, time.Now())
	if claims == nil {
		return false
	}
	welcome := claims.Confirmation == nil && Held(c.scopes, claims.Scopes)
	if k.long > 0 {
		note(c, authorization, k, welcome)
	}
	return welcome
}

// atHand returns the claims that Verify would, and for how long they count, if it takes no
// question to know them. A JWT is not remembered: whoever sends it again is a known caller.
func atHand(v *Verifier, raw string, now time.Time) (*Claims, *caller) {
	if len(v.static) > 0 {
		if claims := findStatic(v.static, raw); claims != nil {
			return claims, &caller{from: time.Unix(0, 0), long: math.MaxInt64}
		}
	}
	if is, t, err := namedIssuer(v, raw); err == nil {
		return signedAtHand(is, t, now)
	}
	m := find(shared.verified, idOf(v.space, raw), now)
	if m == nil || m.keys != nil {
		return nil, nil
	}
	k := &caller{from: time.Unix(0, 0)}
	endAt(k, m.until)
	return m.claims, k
}

// signedAtHand is verifyJWT for a token whose key is at hand.
func signedAtHand(is *issuer, t *jwt, now time.Time) (*Claims, *caller) {
	signature, err := unbase64(t.parts[2])
	if err != nil {
		return nil, nil
	}
	h, err := headerOf(is, t.parts[0])
	if err != nil || h.unfit != nil {
		return nil, nil
	}
	claims, err := claimsOf(&is.terms, t.claims, now)
	if err != nil {
		return nil, nil
	}
	k := &caller{from: time.Unix(0, 0)}
	end := claims.Expiry.Add(is.terms.late)
	keys := is.pinned
	switch {
	case is.secret != nil:
		end = k.from // it is verified each time, as by Verify
		keys, _ = secretKey(is.secret, h.alg, now)
	case is.remote != nil:
		last := followKeys(k, is.remote, now)
		end = earlier(end, last.until)
		keys = last.keys
	}
	endAt(k, end)
	message := covered(t)
	for _, one := range candidates(keys, h) {
		if signed(h.alg, one, message, signature) {
			keepHeader(is, t.parts[0], h)
			return claims, k
		}
	}
	return nil, nil
}

// followKeys makes a caller begin and end with the keys that the issuer published when it
// was asked last, and returns them while they are fresh.
func followKeys(k *caller, keys *keySet, now time.Time) *fetched {
	k.keys = &keys.count
	k.fetch = atomic.LoadInt64(k.keys) // before what it counts: one too few is found out
	last := lately(keys, now)
	if last == nil {
		return &fetched{}
	}
	k.from = last.at.Round(0) // the time of day, which a token ends by
	return last
}

// endAt makes a caller end at a time, or at once if that is before he begins.
func endAt(k *caller, end time.Time) {
	if long := end.Round(0).Sub(k.from); long > 0 {
		k.long = uint64(long)
	}
}

// note takes note of a caller. One who is not welcome never is.
func note(c *Callers, authorization string, k *caller, welcome bool) {
	if !welcome {
		k = &caller{never: true}
	}
	most := half(shared.verified)
	c.mu.Lock()
	if c.count >= most {
		forget(c)
	}
	c.count++
	c.known.Store(sum256([]byte(authorization)), k)
	c.mu.Unlock()
}

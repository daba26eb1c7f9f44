//go:build yaegi
// +build yaegi

package token

import (
	"crypto/sha256"
	"math"
	"strings"
	"sync/atomic"
	"time"
)

// admits tells whether the way would admit a caller who is not known, and takes note of him.
// It asks nobody, refuses nobody, and leaves those to the way of whom it is not sure.
func admits(c *Callers, authorization string, id [sha256.Size]byte) bool {
	scheme, raw, _ := strings.Cut(authorization, " ")
	if !c.schemes[scheme] || len(raw) > MaxLength || tokenSyntax(raw) != nil {
		return false
	}
	claims, k := atHand(c.verifier, raw, time.Now())
	if claims == nil {
		return false
	}
	k.never = claims.Confirmation != nil || !Held(c.scopes, claims.Scopes)
	if k.to > 0 {
		note(c, id, k)
	}
	return !k.never
}

// atHand returns the claims that Verify would, and for how long they count, if it takes no
// question to know them. A JWT is not remembered: whoever sends it again is a known caller.
func atHand(v *Verifier, raw string, now time.Time) (*Claims, *caller) {
	if len(v.static) > 0 {
		if claims := findStatic(v.static, raw); claims != nil {
			return claims, &caller{to: math.MaxInt64}
		}
	}
	if is, t, err := namedIssuer(v, raw); err == nil {
		return signedAtHand(is, t, now)
	}
	m := find(shared.verified, idOf(v.space, raw), now)
	if m == nil || m.keys != nil {
		return nil, nil
	}
	return m.claims, &caller{to: sinceEpoch(m.until.UnixMicro())}
}

// signedAtHand is verifyJWT for a token with a known header and a key that is known.
func signedAtHand(is *issuer, t *jwt, now time.Time) (*Claims, *caller) {
	h := knownHeader(is, t.parts[0])
	signature, err := unbase64(t.parts[2])
	if h == nil || err != nil {
		return nil, nil
	}
	claims, err := claimsOf(&is.terms, t.claims, now)
	if err != nil {
		return nil, nil
	}
	k := &caller{to: sinceEpoch(claims.Expiry.Add(is.terms.late).UnixMicro())}
	keys := is.pinned
	switch {
	case is.secret != nil:
		k.to = 0 // it is verified each time, as by Verify
		keys, _ = secretKey(is.secret, h.alg, now)
	case is.remote != nil:
		keys = followKeys(k, is.remote, now)
	}
	message := covered(t)
	for _, one := range candidates(keys, h) {
		if signed(h.alg, one, message, signature) {
			return claims, k
		}
	}
	return nil, nil
}

// followKeys makes a caller end with the keys that the issuer published when it was asked
// last, and returns them while they are fresh.
func followKeys(k *caller, keys *keySet, now time.Time) []*key {
	k.keys = &keys.count
	k.fetch = atomic.LoadInt64(k.keys) // before what it counts: one too few is found out
	last := lately(keys, now)
	if last == nil {
		return nil
	}
	k.from = sinceEpoch(last.at.UnixMicro())
	if end := sinceEpoch(last.until.UnixMicro()); end < k.to {
		k.to = end
	}
	return last.keys
}

// note takes note of a caller.
func note(c *Callers, id [sha256.Size]byte, k *caller) {
	most := half(shared.verified)
	c.mu.Lock()
	if c.count >= most {
		forget(c)
	}
	c.count++
	c.known.Store(id, k)
	c.mu.Unlock()
}

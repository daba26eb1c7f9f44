//go:build yaegi
// +build yaegi

package token

import (
	"crypto/sha256"
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// Callers are the senders whose requests a route admitted, by a digest of what a request says
// of them: its method, Authorization and Content-Type. They are welcome for as long as what
// was found out about the token counts. A route has no more of them than tokens are
// remembered for sure; then it forgets them.
type Callers struct {
	mu    sync.RWMutex
	known map[[sha256.Size]byte]*caller
}

// caller is for how long recall would return claims, at once.
type caller struct {
	from  time.Duration // since 1970
	to    time.Duration // since 1970
	keys  *keySet       // nil: the key is pinned, or there is none
	fetch int64         // how often keys was fetched by then
}

// NewCallers returns no callers.
func NewCallers() *Callers { return &Callers{known: map[[sha256.Size]byte]*caller{}} }

// Knows tells whether a caller is still welcome. Now is the time since 1970.
func Knows(c *Callers, sender string, now time.Duration) bool {
	id := sha256.Sum256([]byte(sender))
	c.mu.RLock()
	k := c.known[id]
	c.mu.RUnlock()
	if k == nil || now < k.from || now >= k.to {
		return false
	}
	return k.keys == nil || atomic.LoadInt64(&k.keys.count) == k.fetch
}

// Note takes note of a caller whose request was just admitted, unless the token is bound to
// its sender or is looked at each time.
func Note(c *Callers, v *Verifier, sender string, sent Sent, claims *Claims) {
	if sent.DPoP || claims.Confirmation != nil {
		return
	}
	k := callerOf(v, sent.Raw, claims)
	if k == nil {
		return
	}
	most := half(shared.verified)
	c.mu.Lock()
	if len(c.known) >= most {
		c.known = map[[sha256.Size]byte]*caller{}
	}
	c.known[sha256.Sum256([]byte(sender))] = k
	c.mu.Unlock()
}

// callerOf is whoever sends a token, if it is remembered with the given claims; or nil.
func callerOf(v *Verifier, raw string, claims *Claims) *caller {
	if len(v.static) > 0 && findStatic(v.static, raw) == claims {
		return &caller{to: math.MaxInt64}
	}
	shared.verified.mu.RLock()
	m := shared.verified.young[idOf(v.space, raw)]
	shared.verified.mu.RUnlock()
	if m == nil || m.claims != claims {
		return nil
	}
	k := &caller{to: sinceEpoch(m.until.UnixMicro()), keys: m.keys}
	if m.keys != nil && !followKeys(k, m.print) {
		return nil
	}
	return k
}

// followKeys makes a caller end with the key that signed the token.
func followKeys(k *caller, print string) bool {
	k.fetch = atomic.LoadInt64(&k.keys.count) // before what it counts: one too few is found out
	last, ok := k.keys.last.Load().(*fetched)
	if !ok || !last.prints[print] {
		return false
	}
	k.from = sinceEpoch(last.at.UnixMicro())
	if end := sinceEpoch(last.until.UnixMicro()); end < k.to {
		k.to = end
	}
	return true
}

// sinceEpoch turns microseconds into a duration, if that can be so long.
func sinceEpoch(micros int64) time.Duration {
	if micros > math.MaxInt64/1000 {
		return math.MaxInt64
	}
	return time.Duration(micros) * time.Microsecond
}

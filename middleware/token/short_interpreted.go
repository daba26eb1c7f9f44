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

// Callers are the senders whose requests a route admitted, by a digest of their
// Authorization. They are welcome for as long as what was found out about the token counts.
// A route has no more of them than tokens are remembered for sure; then it forgets them.
type Callers struct {
	epoch time.Time
	known *sync.Map // of *caller

	mu    sync.Mutex // of who takes note
	count int
}

// caller is for how long recall would return claims, at once.
type caller struct {
	from  time.Duration // since 1970
	to    time.Duration // since 1970
	keys  *int64        // how often the keys were fetched; nil: the key is pinned, or there is none
	fetch int64         // how often that was by then
}

// NewCallers returns no callers.
func NewCallers() *Callers { return &Callers{epoch: time.Unix(0, 0), known: &sync.Map{}} }

// Knows tells whether a caller is still welcome.
func Knows(c *Callers, authorization string) bool {
	found, _ := c.known.Load(sha256.Sum256([]byte(authorization)))
	k, known := found.(*caller)
	if !known {
		return false
	}
	now := time.Since(c.epoch)
	switch {
	case now < k.from:
		return false
	case now >= k.to:
		return false
	case k.keys == nil:
		return true
	}
	return atomic.LoadInt64(k.keys) == k.fetch
}

// Note takes note of a caller whose request was just admitted, unless the token is bound to
// its sender or is looked at each time.
func Note(c *Callers, v *Verifier, authorization string, sent Sent, claims *Claims) {
	if sent.DPoP || claims.Confirmation != nil {
		return
	}
	k := callerOf(v, sent.Raw, claims)
	if k == nil {
		return
	}
	most := half(shared.verified)
	c.mu.Lock()
	if c.count >= most {
		forget(c)
	}
	c.count++
	c.known.Store(sha256.Sum256([]byte(authorization)), k)
	c.mu.Unlock()
}

func forget(c *Callers) {
	c.count = 0
	c.known.Range(func(id, _ any) bool {
		c.known.Delete(id)
		return true
	})
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
	k := &caller{to: sinceEpoch(m.until.UnixMicro())}
	if m.keys != nil && !followKeys(k, m.keys, m.print) {
		return nil
	}
	return k
}

// followKeys makes a caller end with the key that signed the token.
func followKeys(k *caller, keys *keySet, print string) bool {
	k.keys = &keys.count
	k.fetch = atomic.LoadInt64(k.keys) // before what it counts: one too few is found out
	last, ok := keys.last.Load().(*fetched)
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

// half is how many tokens are remembered for sure, as long as they are sent.
func half(g *generations) int {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.limit / 2
}

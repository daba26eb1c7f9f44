//go:build yaegi
// +build yaegi

package token

import (
	"crypto/sha256"
	"math"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Callers are the senders whose requests a route admitted, by a digest of their
// Authorization. They are welcome for as long as what was found out about the token counts.
// A route has no more of them than tokens are remembered for sure; then it forgets them.
type Callers struct {
	known *sync.Map // of *caller

	mu    sync.Mutex // of who takes note
	count int
}

// caller is for how long recall would return claims, at once.
type caller struct {
	from  time.Time
	long  uint64 // nanoseconds
	keys  *int64 // how often the keys were fetched; nil: the key is pinned, or there is none
	fetch int64  // how often that was by then
}

// What Knows needs of other packages has names here: each call makes a place for what is
// selected from a package, as for any expression.
var (
	sum256    = sha256.Sum256
	since     = time.Since
	loadInt64 = atomic.LoadInt64
)

// NewCallers returns no callers.
func NewCallers() *Callers { return &Callers{known: &sync.Map{}} }

// Knows tells whether the one caller that a header names is still welcome. A time before
// from is a large number without its sign.
func Knows(c *Callers, header http.Header) (known bool) {
	sent := header["Authorization"]
	if len(sent) != 1 {
		return false
	}
	found, known := c.known.Load(sum256([]byte(sent[0])))
	k, known := found.(*caller)
	if known {
		if uint64(since(k.from)) >= k.long {
			return false
		}
		if k.keys != nil {
			return loadInt64(k.keys) == k.fetch
		}
	}
	return known
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
	k := &caller{from: time.Unix(0, 0), long: math.MaxInt64}
	if len(v.static) > 0 && findStatic(v.static, raw) == claims {
		return k
	}
	shared.verified.mu.RLock()
	m := shared.verified.young[idOf(v.space, raw)]
	shared.verified.mu.RUnlock()
	if m == nil || m.claims != claims {
		return nil
	}
	to := m.until
	if m.keys != nil {
		last := followKeys(k, m.keys, m.print)
		if last == nil {
			return nil
		}
		k.from = last.at.Round(0) // the time of day, which a token ends by
		if last.until.Before(to) {
			to = last.until
		}
	}
	long := to.Round(0).Sub(k.from)
	if long <= 0 {
		return nil
	}
	k.long = uint64(long)
	return k
}

// followKeys makes a caller end with the key that signed the token. It returns nothing if
// that has ended.
func followKeys(k *caller, keys *keySet, print string) *fetched {
	k.keys = &keys.count
	k.fetch = atomic.LoadInt64(k.keys) // before what it counts: one too few is found out
	last, ok := keys.last.Load().(*fetched)
	if !ok || !last.prints[print] {
		return nil
	}
	return last
}

// half is how many tokens are remembered for sure, as long as they are sent.
func half(g *generations) int {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.limit / 2
}

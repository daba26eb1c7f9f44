//go:build yaegi
// +build yaegi

package token

import (
	"crypto/sha256"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Callers are the senders whose requests a route admitted, by a digest of their
// Authorization. They are welcome for as long as what was found out about the token counts.
// A route has no more of them than tokens are remembered for sure; then it forgets them.
type Callers struct {
	epoch    time.Time
	known    *sync.Map       // of *caller
	schemes  map[string]bool // in usual spellings
	scopes   *Scopes         // of the route
	verifier *Verifier

	mu    sync.Mutex // of who takes note
	count int
}

// caller is for how long Verify would return claims, at once.
type caller struct {
	from  time.Duration // since 1970
	to    time.Duration // since 1970
	keys  *int64        // how often the keys were fetched; nil: the key is pinned, or there is none
	fetch int64         // how often that was by then
	never bool          // it takes the way to tell, each time
}

// NewCallers returns no callers of a route.
func NewCallers(v *Verifier, schemes []string, scopes *Scopes) *Callers {
	c := &Callers{epoch: time.Unix(0, 0), known: &sync.Map{}, schemes: map[string]bool{}, scopes: scopes, verifier: v}
	for _, scheme := range schemes {
		c.schemes[scheme] = true
		c.schemes[strings.ToLower(scheme)] = true
	}
	return c
}

// Knows tells whether a caller is still welcome, or is now.
func Knows(c *Callers, authorization string) bool {
	id := sha256.Sum256([]byte(authorization))
	found, _ := c.known.Load(id)
	k, known := found.(*caller)
	if !known {
		return admits(c, authorization, id)
	}
	now := time.Since(c.epoch)
	switch {
	case k.never:
		return false
	case now < k.from:
	case now >= k.to:
	case k.keys == nil:
		return true
	case atomic.LoadInt64(k.keys) == k.fetch:
		return true
	}
	return admits(c, authorization, id)
}

func forget(c *Callers) {
	c.count = 0
	c.known.Range(func(id, _ any) bool {
		c.known.Delete(id)
		return true
	})
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

//go:build yaegi
// +build yaegi

package token

import (
	"crypto/sha256"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Callers are the senders whose requests a route admitted, by a digest of their
// Authorization. They are welcome for as long as what was found out about the token counts.
// A route has no more of them than tokens are remembered for sure; then it forgets them.
type Callers struct {
	known    *sync.Map       // of *caller
	schemes  map[string]bool // in usual spellings
	scopes   *Scopes         // of the route
	verifier *Verifier

	mu    sync.Mutex // of who takes note
	count int
}

// caller is for how long Verify would return claims, at once.
type caller struct {
	from  time.Time
	long  uint64 // nanoseconds
	keys  *int64 // how often the keys were fetched; nil: the key is pinned, or there is none
	fetch int64  // how often that was by then
	never bool   // it takes the way to tell, each time
}

// What Knows needs of other packages has names here: each call makes a place for what is
// selected from a package, as for any expression.
var (
	sum256    = sha256.Sum256
	since     = time.Since
	loadInt64 = atomic.LoadInt64
)

// NewCallers returns no callers of a route.
func NewCallers(v *Verifier, schemes []string, scopes *Scopes) *Callers {
	c := &Callers{known: &sync.Map{}, schemes: map[string]bool{}, scopes: scopes, verifier: v}
	for _, scheme := range schemes {
		c.schemes[scheme] = true
		c.schemes[strings.ToLower(scheme)] = true
	}
	return c
}

// Knows tells whether the one caller that a header names is still welcome, or is now. A time
// before from is a large number without its sign.
func Knows(c *Callers, header http.Header) bool {
	sent := header["Authorization"]
	if len(sent) != 1 {
		return false
	}
	found, _ := c.known.Load(sum256([]byte(sent[0])))
	k, known := found.(*caller)
	if known {
		if uint64(since(k.from)) < k.long {
			if k.keys == nil {
				return true
			}
			if loadInt64(k.keys) == k.fetch {
				return true
			}
		}
	}
	return admits(c, sent[0], k)
}

func forget(c *Callers) {
	c.count = 0
	c.known.Range(func(id, _ any) bool {
		c.known.Delete(id)
		return true
	})
}

// half is how many tokens are remembered for sure, as long as they are sent.
func half(g *generations) int {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.limit / 2
}

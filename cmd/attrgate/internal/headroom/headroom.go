// Package headroom spares a process that keeps little in memory most of its garbage
// collections.
//
// Go collects when as much was allocated as was live after the last time. A gateway at work
// keeps a few MiB and allocates a hundred a second, so it would collect dozens of times a
// second, each time going through all that it keeps.
package headroom

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// Default is how much is allocated between two collections at least, in bytes: what a
// process takes more than it would otherwise.
const Default = 32 << 20

// usual is the percentage of Go: as much as is live.
const usual = 100

// keeper follows the collections of the process.
type keeper struct {
	bytes uint64

	mu      sync.Mutex
	percent int
	ended   bool
}

// sentinel is what a collection finds to be garbage.
type sentinel struct {
	_ *keeper // with a pointer, or it would share its memory with others that live longer
}

// Keep lets the collector wait until so many bytes were allocated, and from when more is live
// until as many were as are live, which is its custom. It does nothing if the environment has
// GOGC, by which operators say it themselves. A limit in GOMEMLIMIT goes before both. It
// returns what ends it, and may be in force once at a time.
func Keep(bytes uint64) (end func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	k := &keeper{bytes: bytes, percent: usual}
	k.collected()
	return func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.ended = true
		debug.SetGCPercent(usual)
	}
}

// collected is called after each collection.
func (k *keeper) collected() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ended {
		return
	}
	if next := percentFor(k.bytes, live()); next != k.percent {
		k.percent = next
		debug.SetGCPercent(next)
	}
	runtime.SetFinalizer(&sentinel{}, func(*sentinel) { k.collected() })
}

// percentFor is the percentage of what is live that makes so many bytes.
func percentFor(bytes, live uint64) int {
	return max(usual, int(bytes*100/max(live, 1<<20))) // nothing keeps less than a MiB
}

// live is what the last collection left.
func live() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

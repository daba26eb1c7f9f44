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

const (
	// usual is the percentage of Go: as much as is live.
	usual = 100

	// least is what the heap has at the first collection, in bytes, for a percentage of 100,
	// and in proportion for others, however little is live.
	least = 4 << 20
)

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

// percentFor is the percentage of what is live that makes so many bytes, and with which no
// more are waited for where next to nothing is live.
func percentFor(bytes, live uint64) int {
	percent := min(bytes*usual/max(live, 1), (bytes+live)*usual/least)
	return max(usual, int(percent))
}

// live is what Go goes by: what the last collection left, and what it looked through besides.
func live() (bytes uint64) {
	samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/stack:bytes"}, {Name: "/gc/scan/globals:bytes"}}
	metrics.Read(samples)
	for _, s := range samples {
		bytes += s.Value.Uint64()
	}
	return bytes
}

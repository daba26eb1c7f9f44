package headroom_test

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/headroom"
)

// goal is the size of the heap at which the collector is to start next, in bytes. How often it
// does start while others keep the processors busy is another matter.
func goal() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.NextGC
}

// settles waits for the goal, which is set a little after a collection.
func settles(t *testing.T, least, most uint64) {
	t.Helper()
	var found uint64
	for range 200 {
		if found = goal(); found >= least && found <= most {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("the next collection is at %d MiB, want %d to %d", found>>20, least>>20, most>>20)
}

func TestASmallHeapIsCollectedSeldom(t *testing.T) {
	t.Setenv("GOGC", "")
	debug.SetGCPercent(100)
	settles(t, 0, 16<<20)
	end := headroom.Keep(64 << 20)
	settles(t, 64<<20, 80<<20)
	end()
	settles(t, 0, 16<<20)
}

func TestALargeHeapIsCollectedAsEver(t *testing.T) {
	t.Setenv("GOGC", "")
	debug.SetGCPercent(100)
	large := make([][]byte, 1<<11) // 128 MiB
	for i := range large {
		large[i] = make([]byte, 64<<10)
	}
	settles(t, 250<<20, 280<<20)
	defer headroom.Keep(16 << 20)()
	for range 5 {
		settles(t, 250<<20, 280<<20)
	}
	runtime.KeepAlive(large)
}

func TestTheEnvironmentGoesBefore(t *testing.T) {
	t.Setenv("GOGC", "50")
	before := debug.SetGCPercent(50)
	defer debug.SetGCPercent(before)
	headroom.Keep(64 << 20)()
	if percent := debug.SetGCPercent(50); percent != 50 {
		t.Errorf("the percentage is %d", percent)
	}
}

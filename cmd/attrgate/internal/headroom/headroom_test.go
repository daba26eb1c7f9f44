package headroom_test

import (
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/headroom"
)

// garbage keeps the compiler from leaving out what is made for nothing.
var garbage []byte

// collections allocates 512 MiB and counts the collections meanwhile.
func collections() uint32 {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 1 << 14 {
		garbage = make([]byte, 32<<10)
	}
	runtime.ReadMemStats(&after)
	return after.NumGC - before.NumGC
}

func TestASmallHeapIsCollectedSeldom(t *testing.T) {
	t.Setenv("GOGC", "")
	debug.SetGCPercent(100)
	usual := collections()
	end := headroom.Keep(64 << 20)
	kept := collections()
	end()
	if again := collections(); kept > usual/4 || again <= 2*kept {
		t.Errorf("%d collections without headroom, %d with it, %d after it", usual, kept, again)
	}
	if kept < 4 {
		t.Errorf("%d collections while 512 MiB were allocated, with a headroom of 64", kept)
	}
}

func TestALargeHeapIsCollectedAsEver(t *testing.T) {
	t.Setenv("GOGC", "")
	debug.SetGCPercent(100)
	large := make([][]byte, 1<<11) // 128 MiB
	for i := range large {
		large[i] = make([]byte, 64<<10)
	}
	usual := collections()
	defer headroom.Keep(16 << 20)()
	if kept := collections(); kept < usual/2 {
		t.Errorf("%d collections without headroom, %d with it", usual, kept)
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

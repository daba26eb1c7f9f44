package ratelimit_test

import (
	"encoding/binary"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/ratelimit"
)

// clock is one that a test turns.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Duration      { return time.Duration(c.at.Load()) }
func (c *clock) advance(d time.Duration) { c.at.Add(int64(d)) }

// bucket holds size requests, of which one comes back each second.
func bucket(id uint64, size int) ratelimit.Bucket {
	b := ratelimit.Bucket{Interval: time.Second, Size: time.Duration(size) * time.Second}
	binary.LittleEndian.PutUint64(b.ID[:], id)
	return b
}

func TestABucketIsFilledAgain(t *testing.T) {
	c := &clock{}
	l := ratelimit.NewLocal(c.now)
	b := []ratelimit.Bucket{bucket(1, 3)}
	for _, step := range []struct {
		later time.Duration
		taken bool
		debt  time.Duration
	}{
		{0, true, time.Second}, {0, true, 2 * time.Second}, {0, true, 3 * time.Second}, {0, false, 3 * time.Second},
		{999 * time.Millisecond, false, 2001 * time.Millisecond}, {time.Millisecond, true, 3 * time.Second}, {0, false, 3 * time.Second},
		{time.Hour, true, time.Second},
	} {
		c.advance(step.later)
		if level := l.Take(b); level.Taken != step.taken || level.Debt[0] != step.debt {
			t.Errorf("after %s: %+v, want %+v", c.now(), level, step)
		}
	}
}

func TestOneEmptyBucketKeepsTheOthersAsTheyAre(t *testing.T) {
	l := ratelimit.NewLocal((&clock{}).now)
	narrow, wide := bucket(1, 1), bucket(2, 5)
	for range 10 {
		l.Take([]ratelimit.Bucket{wide, narrow})
	}
	if level := l.Look([]ratelimit.Bucket{wide}); level.Debt[0] != time.Second {
		t.Errorf("the wide one owes %s", level.Debt[0])
	}
}

func TestNoMoreIsTakenThanThereIs(t *testing.T) {
	l := ratelimit.NewLocal((&clock{}).now)
	var taken atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 1000 {
				if l.Take([]ratelimit.Bucket{bucket(1, 100)}).Taken {
					taken.Add(1)
				}
			}
		})
	}
	if all.Wait(); taken.Load() != 100 {
		t.Errorf("%d taken", taken.Load())
	}
}

func TestMemoryIsBoundedAndFullBucketsAreForgottenFirst(t *testing.T) {
	const most = 64 * 4096
	c := &clock{}
	l := ratelimit.NewLocal(c.now)
	for id := range uint64(2 * most) {
		l.Take([]ratelimit.Bucket{bucket(id, 1)})
	}
	if n := l.Len(); n > most || n < most/2 {
		t.Errorf("%d remembered", n)
	}
	c.advance(time.Minute)
	busy := bucket(1<<40, 10)
	busy.ID[0] = 7
	l.Take([]ratelimit.Bucket{busy})
	for id := range uint64(most) {
		other := bucket(id, 1)
		other.ID[0] = 7
		c.advance(time.Second)
		if l.Take([]ratelimit.Bucket{busy}); !l.Take([]ratelimit.Bucket{other}).Taken {
			t.Fatal("an idle caller has no request")
		}
		if l.Look([]ratelimit.Bucket{busy}).Debt[0] == 0 {
			t.Fatal("a busy one is forgotten before the idle ones")
		}
	}
}

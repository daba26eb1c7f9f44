package ratelimit

import (
	"sync"
	"time"
)

const (
	shards = 64

	// shardBuckets bounds the buckets of a shard that are not full. If more callers than
	// that are active, some get a full bucket again.
	shardBuckets = 4096
)

// Local keeps the buckets of this process. Full ones are forgotten. It is safe for
// concurrent use, and its clock is not that of the system, which may jump.
type Local struct {
	clock  func() time.Duration
	shards [shards]shard
}

// shard holds the times at which buckets will be full.
type shard struct {
	mu   sync.Mutex
	full map[[32]byte]time.Duration
}

// NewLocal returns one without buckets. The clock may be nil.
func NewLocal(clock func() time.Duration) *Local {
	if clock == nil {
		start := time.Now()
		clock = func() time.Duration { return time.Since(start) }
	}
	l := &Local{clock: clock}
	for i := range l.shards {
		l.shards[i].full = map[[32]byte]time.Duration{}
	}
	return l
}

// Take takes a request from each bucket, or from none if one of them is empty.
func (l *Local) Take(buckets []Bucket) Level {
	now := l.clock()
	level := l.look(buckets, now)
	if wait(buckets, level) > 0 {
		return level
	}
	level.Taken = true
	for i, b := range buckets {
		s := l.shard(b)
		s.mu.Lock()
		debt := max(s.full[b.ID]-now, 0) // others may have come between
		if debt+b.Interval <= b.Size {
			debt += b.Interval
			s.set(b.ID, now+debt, now)
		} else {
			level.Taken = false
		}
		s.mu.Unlock()
		level.Debt[i] = debt
	}
	return level
}

// Look returns what is in the buckets.
func (l *Local) Look(buckets []Bucket) Level { return l.look(buckets, l.clock()) }

func (l *Local) look(buckets []Bucket, now time.Duration) Level {
	level := Level{Debt: make([]time.Duration, len(buckets))}
	for i, b := range buckets {
		s := l.shard(b)
		s.mu.Lock()
		level.Debt[i] = max(s.full[b.ID]-now, 0)
		s.mu.Unlock()
	}
	return level
}

// Follow takes over what is in the buckets of several gateways, unless there is less in
// those here.
func (l *Local) Follow(buckets []Bucket, level Level) {
	now := l.clock()
	for i, b := range buckets {
		s := l.shard(b)
		s.mu.Lock()
		if full := now + level.Debt[i]; full > max(s.full[b.ID], now) {
			s.set(b.ID, full, now)
		}
		s.mu.Unlock()
	}
}

// Len is how many buckets are remembered.
func (l *Local) Len() int {
	n := 0
	for i := range l.shards {
		l.shards[i].mu.Lock()
		n += len(l.shards[i].full)
		l.shards[i].mu.Unlock()
	}
	return n
}

func (l *Local) shard(b Bucket) *shard { return &l.shards[b.ID[0]%shards] }

// set notes when a bucket will be full. The caller holds the lock.
func (s *shard) set(id [32]byte, full, now time.Duration) {
	if _, known := s.full[id]; !known && len(s.full) >= shardBuckets {
		s.forget(now)
	}
	s.full[id] = full
}

// forget drops the full buckets, and if those are few, others.
func (s *shard) forget(now time.Duration) {
	for id, full := range s.full {
		if full <= now {
			delete(s.full, id)
		}
	}
	for id := range s.full {
		if len(s.full) <= shardBuckets*3/4 {
			return
		}
		delete(s.full, id)
	}
}

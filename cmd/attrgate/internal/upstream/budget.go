package upstream

import (
	"sync"
	"sync/atomic"
	"time"
)

const (
	budgetSeconds = 10 // for which requests and retries are counted
	budgetLeast   = 10 // retries in that time that are always allowed
)

// budget bounds the retries by the requests of the last seconds. Counting takes no lock: at
// the turn of a second a few requests may be missed.
type budget struct {
	percent int64
	slots   [budgetSeconds]slot

	mu sync.Mutex // held only to retry
}

// slot counts what happens in one second.
type slot struct {
	second, requests, retries atomic.Int64
}

// at returns the slot of a time. Second 0 is that of an unused slot.
func (b *budget) at(now time.Duration) *slot {
	second := int64(now/time.Second) + 1
	s := &b.slots[second%budgetSeconds]
	if old := s.second.Load(); old != second && s.second.CompareAndSwap(old, second) {
		s.requests.Store(0)
		s.retries.Store(0)
	}
	return s
}

// count notes a request.
func (b *budget) count(now time.Duration) {
	b.at(now).requests.Add(1)
}

// take notes a retry, if there may be one.
func (b *budget) take(now time.Duration) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	current := b.at(now)
	oldest := int64(now/time.Second) + 1 - budgetSeconds
	var requests, retries int64
	for i := range b.slots {
		if s := &b.slots[i]; s.second.Load() > oldest {
			requests += s.requests.Load()
			retries += s.retries.Load()
		}
	}
	if retries >= max(budgetLeast, requests*b.percent/100) {
		return false
	}
	current.retries.Add(1)
	return true
}

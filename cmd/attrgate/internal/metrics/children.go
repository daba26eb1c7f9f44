package metrics

import "sync"

// children keeps what belongs to labels that were met before: to find it among the metrics
// means to hash all labels anew, of several metrics for each request. There are as many as
// there are labels, which are bounded. It is safe for concurrent use.
type children[K comparable, V any] struct {
	create func(K) V
	mu     sync.RWMutex
	known  map[K]V
}

func newChildren[K comparable, V any](create func(K) V) *children[K, V] {
	return &children[K, V]{create: create, known: map[K]V{}}
}

// of may create what is known already, which is the same for the same labels.
func (c *children[K, V]) of(labels K) V {
	c.mu.RLock()
	child, ok := c.known[labels]
	c.mu.RUnlock()
	if ok {
		return child
	}
	child = c.create(labels)
	c.mu.Lock()
	c.known[labels] = child
	c.mu.Unlock()
	return child
}

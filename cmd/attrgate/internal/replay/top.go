package replay

import (
	"cmp"
	"container/heap"
	"slices"
)

// MaxTop is how many words a top list counts at a time. With more, the rarest gives its place
// to a new one, which takes over its count: what is frequent stays, and no count is too low
// (Metwally, Agrawal and El Abbadi, Efficient computation of frequent and top-k elements in
// data streams, 2005).
const MaxTop = 1000

// top counts words in bounded memory.
type top struct {
	byKey map[string]*counted
	least leastFirst
}

type counted struct {
	key    string
	count  int64
	over   int64 // by how much the count may be too high
	sample *Sample
	place  int // in the heap
}

// add counts a word n times, of which over may be too many, and returns its entry.
func (t *top) add(key string, n, over int64) *counted {
	c := t.byKey[key]
	switch {
	case c != nil:
		c.count += n
		c.over += over
		heap.Fix(&t.least, c.place)
		return c
	case len(t.byKey) < MaxTop:
		c = &counted{key: key, count: n, over: over}
		heap.Push(&t.least, c)
	default:
		c = t.least[0]
		delete(t.byKey, c.key)
		*c = counted{key: key, count: c.count + n, over: c.count + over, place: c.place}
		heap.Fix(&t.least, c.place)
	}
	if t.byKey == nil {
		t.byKey = map[string]*counted{}
	}
	t.byKey[key] = c
	return c
}

// merge adds what another list has counted. Of two samples the earlier stays.
func (t *top) merge(other *top) {
	for _, c := range other.sorted() {
		own := t.add(c.key, c.count, c.over)
		if own.sample == nil || (c.sample != nil && c.sample.order < own.sample.order) {
			own.sample = c.sample
		}
	}
}

// sorted returns the entries, the most frequent first.
func (t *top) sorted() []*counted {
	return slices.SortedFunc(slices.Values(t.least), func(a, b *counted) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.key, b.key))
	})
}

// leastFirst is a heap, for container/heap.
type leastFirst []*counted

func (l leastFirst) Len() int           { return len(l) }
func (l leastFirst) Less(i, j int) bool { return l[i].count < l[j].count }

func (l leastFirst) Swap(i, j int) {
	l[i], l[j] = l[j], l[i]
	l[i].place, l[j].place = i, j
}

// Push implements heap.Interface.
func (l *leastFirst) Push(x any) {
	c := x.(*counted)
	c.place = len(*l)
	*l = append(*l, c)
}

// Pop implements heap.Interface; nothing is taken out.
func (l *leastFirst) Pop() any { return nil }

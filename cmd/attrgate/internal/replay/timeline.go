package replay

import (
	"cmp"
	"slices"
	"time"
)

// maxMoments is how many stretches of time a timeline counts. With more, each is made longer.
const maxMoments = 100

// timeline counts requests by when they came, in bounded memory.
type timeline struct {
	step    int // the length of a stretch, as steps has it
	moments map[int64]*Moment
}

// Moment counts the requests of a stretch of time.
type Moment struct {
	// At is when it begins.
	At time.Time `json:"at"`

	// Requests is how many came, and Changes how many of them fare otherwise.
	Requests int64          `json:"requests"`
	Changes  map[Kind]int64 `json:"changes,omitempty"`
}

// stepLength is the length of a stretch, in seconds: one that people know, or a multiple of
// four weeks.
func stepLength(step int) int64 {
	const minute, hour, day = 60, 3600, 86400
	known := []int64{1, 5, 15, minute, 5 * minute, 15 * minute, hour, 3 * hour, 6 * hour, 12 * hour, day, 7 * day, 28 * day}
	if step < len(known) {
		return known[step]
	}
	return known[len(known)-1] << (step - len(known) + 1)
}

func (t *timeline) count(at time.Time, kind Kind) {
	if at.IsZero() {
		return
	}
	m := t.moment(at.Unix())
	m.Requests++
	if kind != "" {
		m.note(kind, 1)
	}
}

func (m *Moment) note(kind Kind, n int64) {
	if m.Changes == nil {
		m.Changes = map[Kind]int64{}
	}
	m.Changes[kind] += n
}

// moment returns the stretch that a second belongs to.
func (t *timeline) moment(second int64) *Moment {
	for {
		begin := t.begin(second)
		if m := t.moments[begin]; m != nil {
			return m
		}
		if len(t.moments) < maxMoments {
			m := &Moment{At: time.Unix(begin, 0).UTC()}
			if t.moments == nil {
				t.moments = map[int64]*Moment{}
			}
			t.moments[begin] = m
			return m
		}
		t.lengthen()
	}
}

func (t *timeline) begin(second int64) int64 {
	length := stepLength(t.step)
	return second - ((second%length)+length)%length
}

func (t *timeline) lengthen() {
	old := t.moments
	t.step++
	t.moments = map[int64]*Moment{}
	for _, m := range old {
		t.take(m)
	}
}

// take adds a stretch that is not longer than those of t.
func (t *timeline) take(m *Moment) {
	own := t.moment(m.At.Unix())
	own.Requests += m.Requests
	for kind, n := range m.Changes {
		own.note(kind, n)
	}
}

func (t *timeline) merge(other *timeline) {
	for t.step < other.step {
		t.lengthen()
	}
	for _, m := range other.moments {
		t.take(m)
	}
}

// list returns the stretches in order. Those without a request are not among them.
func (t *timeline) list() []Moment {
	list := []Moment{} // in JSON, none is an empty list
	for _, m := range t.moments {
		list = append(list, *m)
	}
	slices.SortFunc(list, func(a, b Moment) int { return cmp.Compare(a.At.Unix(), b.At.Unix()) })
	return list
}

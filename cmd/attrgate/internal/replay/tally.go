package replay

import (
	"cmp"
	"slices"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/traffic"
	"github.com/attrgate/attrgate/middleware"
)

// tally is what one worker has counted. Its size is bounded, however long the logs are.
type tally struct {
	requests      int64
	first, last   time.Time
	timeline      timeline
	unread        int64
	reasons       top
	gaps          []Gap // the first few
	callers       [given + 1]int64
	missing       Gaps
	before, after Outcomes
	routes        map[string]*Route
	changes       map[Kind]*counts
	refused       counts
}

// maxGaps is how many places that could not be read are shown.
const maxGaps = 10

func newTally() *tally {
	return &tally{routes: map[string]*Route{}, changes: map[Kind]*counts{}}
}

func (t *tally) fault(f traffic.Fault) {
	t.unread++
	t.reasons.add(f.Reason, 1, 0)
	if len(t.gaps) < maxGaps { // faults come in order
		t.gaps = append(t.gaps, Gap{f.Place.String(), f.Reason, f.Order})
	}
}

// count notes what becomes of a request.
func (t *tally) count(record *traffic.Record, before, after *verdict) {
	t.requests++
	t.noteTime(record.Time)
	t.before.add(before)
	t.after.add(after)
	kind, reasons := compare(before, after)
	t.timeline.count(record.Time, kind)
	if after.guarded() || before.guarded() {
		t.noteGaps(record, before, after)
		t.countRoute(first(after.Route, before.Route), after, kind)
	}
	if after.Refusal != nil {
		t.refused.add(record, after, after)
	}
	if kind == "" {
		return
	}
	if t.changes[kind] == nil {
		t.changes[kind] = &counts{}
	}
	t.changes[kind].add(record, reasons, caller(before, after))
}

// caller is the verdict that knows who called.
func caller(before, after *verdict) *verdict {
	if after.client == "" && after.subject == "" {
		return before
	}
	return after
}

func (t *tally) noteTime(at time.Time) {
	if at.IsZero() {
		return
	}
	if t.first.IsZero() || at.Before(t.first) {
		t.first = at
	}
	if at.After(t.last) {
		t.last = at
	}
}

func (t *tally) noteGaps(record *traffic.Record, before, after *verdict) {
	t.callers[after.standing]++
	if record.Time.IsZero() {
		t.missing.Time++
	}
	if record.Partial {
		t.missing.Header++
	}
	if record.NoBody {
		t.missing.Body++
	}
	if before.silent {
		t.missing.Outcome++
	}
}

func (t *tally) countRoute(name string, after *verdict, kind Kind) {
	route := t.routes[name]
	if route == nil {
		route = &Route{Name: name, Changes: map[Kind]int64{}}
		t.routes[name] = route
	}
	route.Requests++
	route.Outcomes.add(after)
	if kind != "" {
		route.Changes[kind]++
	}
}

func (o *Outcomes) add(v *verdict) {
	switch v.Outcome {
	case middleware.Passed:
		o.Passed++
	case middleware.Admitted:
		o.Admitted++
	case middleware.Reported:
		o.Reported++
	case middleware.Refused:
		o.Refused++
	case middleware.Answered:
		o.Answered++
	default:
		o.Unknown++
	}
}

func (o *Outcomes) merge(other Outcomes) {
	o.Passed += other.Passed
	o.Admitted += other.Admitted
	o.Reported += other.Reported
	o.Refused += other.Refused
	o.Answered += other.Answered
	o.Unknown += other.Unknown
}

// merge adds what another worker has counted.
func (t *tally) merge(other *tally) {
	t.requests += other.requests
	t.noteTime(other.first)
	t.noteTime(other.last)
	t.timeline.merge(&other.timeline)
	t.unread += other.unread
	t.reasons.merge(&other.reasons)
	t.gaps = append(t.gaps, other.gaps...)
	slices.SortFunc(t.gaps, func(a, b Gap) int { return cmp.Compare(a.order, b.order) })
	t.gaps = t.gaps[:min(len(t.gaps), maxGaps)]
	for i := range t.callers {
		t.callers[i] += other.callers[i]
	}
	t.missing.Time += other.missing.Time
	t.missing.Header += other.missing.Header
	t.missing.Body += other.missing.Body
	t.missing.Outcome += other.missing.Outcome
	t.before.merge(other.before)
	t.after.merge(other.after)
	t.mergeRoutes(other)
	for kind, counted := range other.changes {
		if t.changes[kind] == nil {
			t.changes[kind] = &counts{}
		}
		t.changes[kind].merge(counted)
	}
	t.refused.merge(&other.refused)
}

func (t *tally) mergeRoutes(other *tally) {
	for name, more := range other.routes {
		route := t.routes[name]
		if route == nil {
			t.routes[name] = more
			continue
		}
		route.Requests += more.Requests
		route.Outcomes.merge(more.Outcomes)
		for kind, n := range more.Changes {
			route.Changes[kind] += n
		}
	}
}

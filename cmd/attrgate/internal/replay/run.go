// Package replay runs recorded traffic through a policy and says what would become of it:
// who would be refused and why, and what is different from another policy or from what the
// log says happened. It asks nobody, and its memory does not grow with the logs.
package replay

import (
	"cmp"
	"context"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tokencheck"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/traffic"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Options say what is replayed.
type Options struct {
	// Policy is what the traffic is held against. It has no problems.
	Policy policy.Policy

	// Against is the policy to compare with. If nil, what the logs say happened.
	Against *policy.Policy

	// Tokens is how recorded tokens are judged. If empty, TokensAuto.
	Tokens string

	// Claims are those of all callers. If nil, those of the recorded tokens.
	Claims map[string]any

	// Workers is how many requests are judged at a time. If zero, runtime.GOMAXPROCS.
	Workers int

	// Top is how many rows the lists of the report have.
	Top int
}

// Replay is a run over logs. It is made for one call of Run; the other methods may be
// called meanwhile.
type Replay struct {
	options Options
	reader  traffic.Reader
	done    atomic.Int64
}

// New returns a run that has not begun.
func New(options Options) *Replay {
	options.Tokens = cmp.Or(options.Tokens, TokensAuto)
	options.Workers = cmp.Or(options.Workers, runtime.GOMAXPROCS(0))
	return &Replay{options: options}
}

// Progress returns how many bytes of the logs were read, as they are stored, and how many
// requests were judged.
func (r *Replay) Progress() (bytes, requests int64) {
	return r.reader.Bytes(), r.done.Load()
}

// Run reads the sources and judges every request in them. It returns an error if a source
// cannot be opened or if ctx ends.
func (r *Replay) Run(ctx context.Context, sources []traffic.Source) (*Report, error) {
	workers, err := r.newWorkers()
	if err != nil {
		return nil, err
	}
	batches := make(chan *traffic.Batch, len(workers))
	var group sync.WaitGroup
	for _, w := range workers {
		group.Go(func() { w.work(batches) })
	}
	err = r.reader.Read(ctx, sources, func(b *traffic.Batch) { batches <- b })
	close(batches)
	group.Wait()
	if err != nil {
		return nil, err
	}
	sum := newTally()
	for _, w := range workers {
		sum.merge(w.tally)
	}
	return r.report(sum), nil
}

// worker judges batches one after the other.
type worker struct {
	*Replay
	lines  *traffic.Lines
	judge  *judge
	before *judge // nil: the log says what was before
	tally  *tally
}

func (r *Replay) newWorkers() ([]*worker, error) {
	signer, err := tokencheck.NewSigner()
	if err != nil {
		return nil, err
	}
	lines := traffic.NewLines()
	workers := make([]*worker, r.options.Workers)
	for i := range workers {
		w := &worker{Replay: r, lines: lines, tally: newTally()}
		if w.judge, err = newJudge(r.options.Policy, r.options, signer); err != nil {
			return nil, err
		}
		if r.options.Against != nil {
			if w.before, err = newJudge(*r.options.Against, r.options, signer); err != nil {
				return nil, err
			}
		}
		workers[i] = w
	}
	return workers, nil
}

func (w *worker) work(batches <-chan *traffic.Batch) {
	for b := range batches {
		judged := w.tally.requests
		b.Each(w.lines, w.judgeOne, w.tally.fault)
		w.done.Add(w.tally.requests - judged)
		w.reader.Release(b)
	}
}

func (w *worker) judgeOne(record *traffic.Record) {
	request, err := record.Request()
	if err != nil {
		w.tally.fault(traffic.Fault{Place: record.Place, Order: record.Order, Reason: err.Error()})
		return
	}
	complete(record, request)
	after := w.judge.decide(record, request)
	before := logged(record.Logged, &after)
	if w.before != nil {
		before = w.before.decide(record, request)
	}
	w.tally.count(record, &before, &after)
}

// complete fills in what a log does not hold of a header if it holds only a part of it.
func complete(record *traffic.Record, request *http.Request) {
	if record.Partial && len(request.Header["Content-Type"]) == 0 {
		request.Header["Content-Type"] = []string{"application/json"}
	}
}

func (r *Replay) report(t *tally) *Report {
	limit := r.options.Top
	report := &Report{
		Tokens: r.options.Tokens, Requests: t.requests,
		Unread:  Unread{Count: t.unread, Reasons: rows(&t.reasons, limit), First: append([]Gap{}, t.gaps...)},
		Callers: Callers{t.callers[checked], t.callers[trusted], t.callers[assumed], t.callers[given]},
		Gaps:    t.missing, Before: t.before, After: t.after,
		Timeline: Timeline{Seconds: stepLength(t.timeline.step), Moments: t.timeline.list()},
		Routes:   []Route{}, Changes: []Change{}, Refused: t.refused.breakdown(limit),
	}
	report.First, report.Last = known(t.first), known(t.last)
	for _, route := range t.routes {
		report.Routes = append(report.Routes, *route)
	}
	slices.SortFunc(report.Routes, func(a, b Route) int {
		return cmp.Or(cmp.Compare(b.Requests, a.Requests), cmp.Compare(a.Name, b.Name))
	})
	for _, kind := range Kinds() {
		if c := t.changes[kind]; c != nil {
			report.Changes = append(report.Changes, Change{kind, c.breakdown(limit)})
		}
	}
	return report
}

func known(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	at = at.UTC()
	return &at
}

package growth

import (
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"runtime/metrics"
	"time"

	"github.com/attrgate/attrgate/bench/internal/page"
	"github.com/attrgate/attrgate/bench/internal/sample"
	"github.com/attrgate/attrgate/bench/internal/stat"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// contention runs the gate on more and more threads and asks the runtime how long anybody
// waited for a lock.
func (run *runner) contention(out *page.Section) error {
	p, err := run.signer.Policy()
	if err != nil {
		return err
	}
	token, err := run.signer.Token(0)
	if err != nil {
		return err
	}
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	previous := runtime.SetMutexProfileFraction(1)
	defer runtime.SetMutexProfileFraction(previous)
	var rows [][]string
	for _, processors := range []int{1, 2, 4, 8, 16} {
		runtime.GOMAXPROCS(processors)
		row, err := parallel(p, token, processors, run.options.Turn)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	out.Say("### By the number of threads\n\nAs many goroutines as GOMAXPROCS send the same request with a remembered token. "+
		"Beyond the %d processors of this machine the times say nothing, but waiting for locks would show: the time that goroutines were "+
		"blocked on any lock of the process, from runtime/metrics, and the events in the mutex profile.", runtime.NumCPU())
	out.Table([]string{"GOMAXPROCS", "requests/s", "allocations", "ns blocked on locks, each request", "blocked, in the mutex profile"}, rows)
	return nil
}

// crew is a gate, and as many senders as there are threads.
type crew struct {
	gates []http.Handler // one gate, in front of a backend for each sender
	token string
	times int // requests of each sender
}

func newCrew(p policy.Policy, token string, processors int) (*crew, error) {
	g, err := middleware.New(p, middleware.Options{})
	if err != nil {
		return nil, err
	}
	c := &crew{token: token, times: 1 << 10}
	for range processors {
		c.gates = append(c.gates, g.Wrap(sample.Backend()))
	}
	return c, nil
}

// send lets all senders send, and returns how long that took.
func (c *crew) send() (time.Duration, error) {
	failures := make(chan error, len(c.gates))
	began := time.Now()
	for _, gate := range c.gates {
		go func() {
			r, err := sample.NewRequest(c.token, sample.Plain)
			if err != nil {
				failures <- err
				return
			}
			failures <- requests("", gate, r).Do(c.times)
		}()
	}
	var failure error
	for range c.gates {
		failure = errors.Join(failure, <-failures)
	}
	return time.Since(began), failure
}

// parallel measures one number of threads and returns its row.
func parallel(p policy.Policy, token string, processors int, turn time.Duration) ([]string, error) {
	c, err := newCrew(p, token, processors)
	if err != nil {
		return nil, err
	}
	for {
		took, err := c.send()
		if err != nil {
			return nil, err
		}
		if took > turn/2 {
			break
		}
		c.times *= 2
	}
	var before, after runtime.MemStats
	blocked, events := waited(), contended()
	runtime.ReadMemStats(&before)
	took, err := c.send()
	runtime.ReadMemStats(&after)
	all := float64(c.times * processors)
	return []string{
		fmt.Sprint(processors), fmt.Sprintf("%.0f", all/took.Seconds()), fmt.Sprintf("%.1f", float64(after.Mallocs-before.Mallocs)/all),
		stat.Text((waited() - blocked) * 1e9 / all), fmt.Sprintf("%d in %.0f requests", contended()-events, all),
	}, err
}

func contended() (events int64) {
	records := make([]runtime.BlockProfileRecord, 1000)
	n, _ := runtime.MutexProfile(records)
	for _, r := range records[:min(n, len(records))] {
		events += r.Count
	}
	return events
}

func waited() float64 {
	read := []metrics.Sample{{Name: "/sync/mutex/wait/total:seconds"}}
	metrics.Read(read)
	return read[0].Value.Float64()
}

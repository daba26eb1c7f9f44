package load

import (
	"errors"
	"slices"
	"time"
)

// Result is what a run found.
type Result struct {
	// Latencies are those of the requests that were answered, from the shortest.
	Latencies []time.Duration

	// Took is how long the run took.
	Took time.Duration

	// Failures counts the requests without a good answer, and Failure is one of them.
	Failures int
	Failure  error
}

// record is what one connection notes.
type record struct {
	latencies []time.Duration
	failures  int
	failure   error
	broken    error
}

// Throughput is in answers a second.
func (r Result) Throughput() float64 { return float64(len(r.Latencies)) / r.Took.Seconds() }

// At returns the latency that the share q of all answers kept.
func (r Result) At(q float64) time.Duration {
	if len(r.Latencies) == 0 {
		return 0
	}
	return r.Latencies[min(len(r.Latencies)-1, int(q*float64(len(r.Latencies))))]
}

// Closed sends over each connection the next request when the last was answered, at least one.
func Closed(t Target, connections int, length time.Duration) (Result, error) {
	return run(t, connections, func(c *connection, r *record, _ int, began time.Time) error {
		for {
			if err := c.timed(r, time.Now()); err != nil {
				return err
			}
			if time.Since(began) > length {
				return nil
			}
		}
	})
}

// Open sends at a fixed rate, in requests a second. A request's time begins when it was to
// be sent: one that has to wait for its connection has waited, whoever is slow (without
// coordinated omission).
func Open(t Target, connections int, rate float64, length time.Duration) (Result, error) {
	every := time.Duration(float64(connections) / rate * float64(time.Second))
	return run(t, connections, func(c *connection, r *record, number int, began time.Time) error {
		due := began.Add(every * time.Duration(number) / time.Duration(connections))
		for ; due.Sub(began) < length; due = due.Add(every) {
			if time.Since(began) > length+exchangeLimit {
				return errors.New("cannot keep up with the rate")
			}
			time.Sleep(time.Until(due))
			if err := c.timed(r, due); err != nil {
				return err
			}
		}
		return nil
	})
}

func run(t Target, connections int, work func(c *connection, r *record, number int, began time.Time) error) (Result, error) {
	open := make([]*connection, 0, connections)
	defer func() {
		for _, c := range open {
			c.raw.Close()
		}
	}()
	for range connections {
		c, err := dial(t)
		if err != nil {
			return Result{}, err
		}
		open = append(open, c)
	}
	records := make(chan *record)
	began := time.Now()
	for number, c := range open {
		go func() {
			r := &record{}
			r.broken = work(c, r, number, began)
			records <- r
		}()
	}
	return collect(records, connections, began)
}

func collect(records <-chan *record, connections int, began time.Time) (Result, error) {
	var result Result
	var broken error
	for range connections {
		r := <-records
		result.Latencies = append(result.Latencies, r.latencies...)
		result.Failures += r.failures
		if r.failure != nil {
			result.Failure = r.failure
		}
		if r.broken != nil {
			broken = r.broken
		}
	}
	result.Took = time.Since(began)
	slices.Sort(result.Latencies)
	return result, broken
}

// Package turns measures functions that take turns within one process: whatever slows the
// machine for a while meets all of them.
package turns

import (
	"fmt"
	"math"
	"runtime"
	"time"
)

// Subject is one thing to measure.
type Subject struct {
	Name string

	// Do does the thing n times.
	Do func(n int) error
}

// Options say how much to measure.
type Options struct {
	// Rounds is how often each subject has its turn.
	Rounds int

	// Turn is about how long a turn takes.
	Turn time.Duration

	// Until is when no further round begins, once there was one. If zero, never.
	Until time.Time
}

// Result is what was found for a subject.
type Result struct {
	Name string

	// Nanos is the time of one operation in each round.
	Nanos []float64

	// Allocations and Bytes are those of one operation, each in the round with the fewest.
	Allocations, Bytes float64

	// Times is how many operations a turn had.
	Times int
}

// Run lets the subjects take turns: A B C, A B C and so on.
func Run(subjects []Subject, o Options) ([]Result, error) {
	results := make([]Result, len(subjects))
	for i, s := range subjects {
		times, err := calibrate(s, o.Turn)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.Name, err)
		}
		results[i] = Result{Name: s.Name, Times: times}
	}
	for round := range o.Rounds {
		if round > 0 && !o.Until.IsZero() && time.Now().After(o.Until) {
			break
		}
		for i, s := range subjects {
			if err := turn(&results[i], s); err != nil {
				return nil, fmt.Errorf("%s: %w", s.Name, err)
			}
		}
	}
	return results, nil
}

// calibrate finds how many operations fill a turn. It warms up caches as well. The fastest of
// several tries counts: on a busy machine one may be interrupted.
func calibrate(s Subject, turn time.Duration) (int, error) {
	const tries, patience = 8, 10
	times, spent, fastest := 1, time.Duration(0), math.Inf(1)
	for try := 0; try < tries || spent < turn; try++ {
		if spent > patience*turn {
			break
		}
		began := time.Now()
		if err := s.Do(times); err != nil {
			return 0, err
		}
		took := time.Since(began)
		spent += took
		fastest = min(fastest, float64(took)/float64(times))
		if took < turn/tries {
			times *= 2
		}
	}
	return max(1, int(float64(turn)/fastest)), nil
}

func turn(result *Result, s Subject) error {
	var before, after runtime.MemStats
	if err := s.Do(1); err != nil { // whoever was before may have driven it out of caches
		return err
	}
	runtime.GC()
	runtime.ReadMemStats(&before)
	began := time.Now()
	err := s.Do(result.Times)
	took := time.Since(began)
	runtime.ReadMemStats(&after)
	times := float64(result.Times)
	allocations, bytes := float64(after.Mallocs-before.Mallocs)/times, float64(after.TotalAlloc-before.TotalAlloc)/times
	if len(result.Nanos) == 0 {
		result.Allocations, result.Bytes = allocations, bytes
	}
	result.Allocations, result.Bytes = min(result.Allocations, allocations), min(result.Bytes, bytes)
	result.Nanos = append(result.Nanos, float64(took)/times)
	return err
}

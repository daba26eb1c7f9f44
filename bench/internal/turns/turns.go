// Package turns measures functions that take turns within one process: whatever slows the
// machine for a while meets all of them.
package turns

import (
	"fmt"
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

	// Allocations and Bytes are those of one operation, in the round with the fewest.
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

// calibrate finds how many operations fill a turn. It warms up caches as well.
func calibrate(s Subject, turn time.Duration) (int, error) {
	times := 1
	for {
		began := time.Now()
		if err := s.Do(times); err != nil {
			return 0, err
		}
		took := time.Since(began)
		if took > turn/4 {
			return max(1, int(float64(times)*float64(turn)/float64(took))), nil
		}
		times *= 2
	}
}

func turn(result *Result, s Subject) error {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	began := time.Now()
	err := s.Do(result.Times)
	took := time.Since(began)
	runtime.ReadMemStats(&after)
	times := float64(result.Times)
	allocations, bytes := float64(after.Mallocs-before.Mallocs)/times, float64(after.TotalAlloc-before.TotalAlloc)/times
	if len(result.Nanos) == 0 || allocations < result.Allocations {
		result.Allocations, result.Bytes = allocations, bytes
	}
	result.Nanos = append(result.Nanos, float64(took)/times)
	return err
}

package turns_test

import (
	"errors"
	"testing"
	"time"

	"github.com/attrgate/attrgate/bench/internal/turns"
)

var sink []byte

// TestRunCountsAllocations: one subject allocates twice each time, and the other does not.
func TestRunCountsAllocations(t *testing.T) {
	results, err := turns.Run([]turns.Subject{
		{Name: "two", Do: func(n int) error {
			for range 2 * n {
				sink = make([]byte, 64)
			}
			return nil
		}},
		{Name: "none", Do: func(int) error { time.Sleep(time.Microsecond); return nil }},
	}, turns.Options{Rounds: 3, Turn: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	two, none := results[0], results[1]
	if two.Allocations < 2 || two.Allocations > 2.1 || two.Bytes < 128 || none.Allocations > 0.1 {
		t.Errorf("%.2f allocations of %.0f bytes, and %.2f", two.Allocations, two.Bytes, none.Allocations)
	}
	if len(two.Nanos) != 3 || len(none.Nanos) != 3 {
		t.Errorf("%d and %d rounds, want 3", len(two.Nanos), len(none.Nanos))
	}
}

// TestRunStops: a subject that fails ends the run, and a run that is late has one round.
func TestRunStops(t *testing.T) {
	failure := errors.New("failed")
	if _, err := turns.Run([]turns.Subject{{Do: func(int) error { return failure }}}, turns.Options{Rounds: 1}); !errors.Is(err, failure) {
		t.Errorf("%v", err)
	}
	results, err := turns.Run([]turns.Subject{{Do: func(int) error { return nil }}}, turns.Options{Rounds: 9, Turn: time.Millisecond, Until: time.Now()})
	if err != nil || len(results[0].Nanos) != 1 {
		t.Errorf("%v, %d rounds", err, len(results[0].Nanos))
	}
}

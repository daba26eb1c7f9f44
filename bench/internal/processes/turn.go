package processes

import (
	"time"

	"github.com/attrgate/attrgate/bench/internal/load"
	"github.com/attrgate/attrgate/bench/internal/proc"
)

// Round is what one turn of a peer found.
type Round struct {
	Throughput float64 // answers a second
	CPU        float64 // µs of the server for each
	P50, P99   float64 // latencies, ms
	Resident   float64 // MiB at its end
	Failures   int
}

// turn puts a peer under load and takes the kernel's word for what that cost it.
func (c *contestant) turn(send func(load.Target) (load.Result, error)) (Round, error) {
	if _, err := load.Closed(c.target, warmConnections, warmUp); err != nil {
		return Round{}, err
	}
	before, err := proc.Of(c.process.PID())
	if err != nil {
		return Round{}, err
	}
	result, err := send(c.target)
	if err != nil {
		return Round{}, err
	}
	after, err := proc.Of(c.process.PID())
	return summary(result, before, after), err
}

// A peer that was idle is woken before it is measured.
const (
	warmConnections = 8
	warmUp          = 200 * time.Millisecond
)

func summary(result load.Result, before, after proc.Usage) Round {
	milliseconds := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	r := Round{
		Throughput: result.Throughput(),
		P50:        milliseconds(result.At(0.5)),
		P99:        milliseconds(result.At(0.99)),
		Resident:   float64(after.Resident) / (1 << 20),
		Failures:   result.Failures,
	}
	if answers := len(result.Latencies); answers > 0 {
		r.CPU = float64((after.CPU - before.CPU).Microseconds()) / float64(answers)
	}
	return r
}

package growth

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// What a process that holds tokens reads and writes, as JSON: first what it holds, then for
// each order what came of it.
type (
	// holding is what the memory of the tokens costs.
	holding struct {
		Bytes float64       // of each token, its claims included
		Live  float64       // bytes in use
		Cycle time.Duration // of CPU, which the collector needs to go through them
	}

	// order asks for requests in turns of so many senders.
	order struct{ Senders, Times int }

	// carriedOut is what one request of an order took.
	carriedOut struct{ Allocations, Bytes float64 }
)

// several is how many senders take turns where it is not one.
const several = 1000

// Hold lets a gate remember a number of tokens, and then sends requests as it is told, until
// in ends. Numbers of tokens that take turns need a process each: what one remembers cannot
// grow and shrink.
func Hold(tokens int, in io.Reader, out io.Writer) error {
	c, err := newCrowd(tokens)
	if err != nil {
		return err
	}
	before := heap()
	headers, err := c.introduce(tokens)
	if err != nil {
		return err
	}
	live := float64(heap())
	headers = copies(headers)
	reply, orders := json.NewEncoder(out), json.NewDecoder(in)
	err = reply.Encode(holding{Bytes: (live - float64(before)) / float64(tokens), Live: live, Cycle: cycle()})
	for err == nil {
		var o order
		if err = orders.Decode(&o); err == nil {
			err = c.carryOut(o, headers, reply)
		}
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// copies returns several headers, however few there are, whose texts lie together: what is read
// from the requests is the same for all numbers of tokens.
func copies(headers [][]string) [][]string {
	again := make([][]string, several)
	for i := range again {
		again[i] = []string{strings.Clone(headers[i%len(headers)][0])}
	}
	return again
}

func (c *crowd) carryOut(o order, headers [][]string, reply *json.Encoder) error {
	send, err := c.sender()
	if err != nil {
		return err
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := range o.Times {
		if err := send(headers[i%o.Senders]); err != nil {
			return err
		}
	}
	runtime.ReadMemStats(&after)
	times := float64(o.Times)
	return reply.Encode(carriedOut{float64(after.Mallocs-before.Mallocs) / times, float64(after.TotalAlloc-before.TotalAlloc) / times})
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what the first set free, pools included
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// cycle is the CPU time of the collector for going once through what is in use: the least of
// some.
func cycle() time.Duration {
	least := time.Duration(math.MaxInt64)
	for range 5 {
		before := spent()
		runtime.GC()
		least = min(least, spent()-before)
	}
	return least
}

// spent is the CPU time of this process.
func spent() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // cannot fail for oneself
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

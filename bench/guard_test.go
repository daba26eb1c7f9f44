package bench_test

import (
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/attrgate/attrgate/bench/internal/contender"
	"github.com/attrgate/attrgate/bench/internal/stat"
	"github.com/attrgate/attrgate/bench/internal/turns"
)

// The guard keeps the gate as cheap as it is, by counts that are the same on every machine
// and by ratios within one process. ATTRGATE_UPDATE=1 records the counts anew.
const recorded = "testdata/counts.json"

// counts are those of one request, the handler behind the gate included.
type counts struct {
	Allocations  float64 `json:"allocations"`
	Bytes        float64 `json:"bytes"`
	Instructions float64 `json:"instructions"` // without the help of special instructions
}

// slack is by how much a count may grow unnoticed: bytes vary with the tokens, instructions
// with the version of Go.
const slack = 1.1

var guarded = []string{contender.Remembered, contender.Unchanged, contender.Checked}

func TestCountsDoNotGrow(t *testing.T) {
	before, now := readCounts(t), map[string]counts{}
	valgrind, err := exec.LookPath("valgrind")
	program := ""
	if err == nil {
		program = buildRequests(t)
	} else {
		t.Log("instructions are not counted: valgrind is not installed")
	}
	for _, name := range guarded {
		c := allocated(t, name)
		c.Instructions = before[name].Instructions
		if program != "" {
			c.Instructions = instructions(t, valgrind, program, name)
		}
		now[name] = c
		t.Logf("%s: %.0f allocations, %.0f bytes, %.0f instructions", name, c.Allocations, c.Bytes, c.Instructions)
	}
	if now[contender.Checked].Allocations <= now[contender.Remembered].Allocations {
		t.Errorf("%s: the token was remembered; see sample.FreshTokens", contender.Checked)
	}
	if os.Getenv("ATTRGATE_UPDATE") != "" {
		writeCounts(t, now)
		return
	}
	for _, name := range guarded {
		noMore(t, name+": instructions", now[name].Instructions, before[name].Instructions*slack)
		noMore(t, name+": allocations", now[name].Allocations, before[name].Allocations)
		noMore(t, name+": bytes", now[name].Bytes, before[name].Bytes*slack)
	}
}

func noMore(t *testing.T, what string, got, limit float64) {
	t.Helper()
	if got > limit {
		t.Errorf("%s: %.0f for a request, at most %.0f so far; if that is worth it: ATTRGATE_UPDATE=1 GOWORK=off go test -tags light .", what, got, limit)
	}
}

// allocated takes the least of some turns, since the runtime allocates in between too.
func allocated(t *testing.T, name string) counts {
	t.Helper()
	results, err := turns.Run([]turns.Subject{subject(t, name)}, turns.Options{Rounds: 5, Turn: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return counts{Allocations: math.Round(results[0].Allocations), Bytes: math.Round(results[0].Bytes)}
}

func buildRequests(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "requests")
	if output, err := exec.Command("go", "build", "-tags", "light", "-o", program, "./requests").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return program
}

var collected = regexp.MustCompile(`Collected : (\d+)`)

// instructions counts those of one request. Nothing but the work itself runs meanwhile: no
// collector, one thread, no preemption; and the standard library does without instructions
// that not every processor has.
func instructions(t *testing.T, valgrind, program, name string) float64 {
	t.Helper()
	const requests = 500
	c := exec.Command(valgrind, "--tool=callgrind", "--toggle-collect=main.counted", "--callgrind-out-file=/dev/null",
		program, "-contender", name, "-n", strconv.Itoa(requests))
	c.Env = append(os.Environ(), "GOGC=off", "GOMAXPROCS=1", "GODEBUG=asyncpreemptoff=1,cpu.all=off")
	output, err := c.CombinedOutput()
	found := collected.FindSubmatch(output)
	if err != nil || found == nil {
		t.Fatalf("valgrind: %v\n%s", err, output)
	}
	all, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		t.Fatal(err)
	}
	return math.Round(all / requests)
}

func readCounts(t *testing.T) map[string]counts {
	t.Helper()
	all := map[string]counts{}
	text, err := os.ReadFile(recorded)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func writeCounts(t *testing.T, all map[string]counts) {
	t.Helper()
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(recorded, append(text, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestRatiosHold compares contenders that take turns. The limits are far from what is
// measured on a quiet machine: they are for a gate that has lost its way.
func TestRatiosHold(t *testing.T) {
	names := []string{contender.Alone, contender.Remembered, contender.Checked, contender.TokenOnly, contender.WithOpenAPI}
	var subjects []turns.Subject
	for _, name := range names {
		subjects = append(subjects, subject(t, name))
	}
	results, err := turns.Run(subjects, turns.Options{Rounds: 15, Turn: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]turns.Result{}
	for i, name := range names {
		found[name] = results[i]
	}
	for _, limit := range []struct {
		of, by                       string
		leastTimes, leastAllocations float64
	}{
		{contender.WithOpenAPI, contender.Remembered, 8, 10},
		{contender.TokenOnly, contender.Checked, 0.3, 0.4},
	} {
		more, less := found[limit.of], found[limit.by]
		times, allocations := stat.Median(stat.Ratios(more.Nanos, less.Nanos)), more.Allocations/less.Allocations
		t.Logf("%s takes %.2f times the time and %.2f times the allocations of %s", limit.of, times, allocations, limit.by)
		if times < limit.leastTimes || allocations < limit.leastAllocations {
			t.Errorf("want at least %.2f and %.2f", limit.leastTimes, limit.leastAllocations)
		}
	}
}

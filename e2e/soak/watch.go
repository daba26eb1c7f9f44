package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The most that the later part of a run may need over the earlier part: a leak of anything
// that a request or a reload makes is soon more than this.
const (
	growth          = 1.3
	spareBytes      = 16 << 20
	spareGoroutines = 64
)

// watch looks at the gateway's memory and goroutines once a second.
type watch struct {
	admin              string
	memory, goroutines []float64
}

func newWatch(admin string) *watch { return &watch{admin: admin} }

func (w *watch) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
		}
		values, err := scrape(w.admin, "process_resident_memory_bytes", "go_goroutines")
		if err != nil {
			return err
		}
		w.memory = append(w.memory, values[0])
		w.goroutines = append(w.goroutines, values[1])
	}
}

// scrape returns metrics without labels.
func scrape(admin string, names ...string) ([]float64, error) {
	reply, err := http.Get("http://" + admin + "/metrics")
	if err != nil {
		return nil, err
	}
	defer reply.Body.Close()
	values := make([]float64, len(names))
	lines := bufio.NewScanner(reply.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if i := slices.Index(names, name); i >= 0 {
			if values[i], err = strconv.ParseFloat(value, 64); err != nil {
				return nil, err
			}
		}
	}
	return values, lines.Err()
}

// halves are the medians of the second and the last quarter: the first one warms up.
func halves(samples []float64) (early, late float64) {
	quarter := len(samples) / 4
	return median(samples[quarter : 2*quarter]), median(samples[len(samples)-quarter:])
}

func median(samples []float64) float64 {
	sorted := slices.Sorted(slices.Values(samples))
	return sorted[len(sorted)/2]
}

// verdict is an error if the gateway grew.
func (w *watch) verdict() error {
	if len(w.memory) < 8 {
		return errors.New("too short to say whether anything grows")
	}
	var grown []error
	if early, late := halves(w.memory); late > early*growth+spareBytes {
		grown = append(grown, fmt.Errorf("memory grew from %.0f to %.0f MiB", early/(1<<20), late/(1<<20)))
	}
	if early, late := halves(w.goroutines); late > early*growth+spareGoroutines {
		grown = append(grown, fmt.Errorf("goroutines grew from %.0f to %.0f", early, late))
	}
	return errors.Join(grown...)
}

// String compares the second quarter of the run with its last.
func (w *watch) String() string {
	if len(w.memory) < 8 {
		return "nothing watched"
	}
	earlyMemory, lateMemory := halves(w.memory)
	earlyCount, lateCount := halves(w.goroutines)
	return fmt.Sprintf("memory %.0f then %.0f MiB, goroutines %.0f then %.0f", earlyMemory/(1<<20), lateMemory/(1<<20), earlyCount, lateCount)
}

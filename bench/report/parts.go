package main

import (
	"errors"
	"os"
	"time"

	"github.com/attrgate/attrgate/bench/internal/growth"
	"github.com/attrgate/attrgate/bench/internal/inprocess"
	"github.com/attrgate/attrgate/bench/internal/page"
	"github.com/attrgate/attrgate/bench/internal/processes"
	"github.com/attrgate/attrgate/bench/internal/turns"
)

// part is a section of the page.
type part struct {
	name string
	run  func() (*page.Section, error)
}

// The shares of the time that the parts may take. What is left is for building.
const (
	libraryShare = 0.15
	serverShare  = 0.6
	growthShare  = 0.03 // of each sweep
)

func parts(o options) []part {
	share := func(of float64) time.Time { return time.Now().Add(time.Duration(of * float64(o.limit))) }
	return []part{
		{"libraries", func() (*page.Section, error) {
			results, err := inprocess.Run(turns.Options{Rounds: 2*o.rounds + 1, Turn: 200 * time.Millisecond, Until: share(libraryShare)})
			if err != nil {
				return nil, err
			}
			return inprocess.Report(results), nil
		}},
		{"servers", func() (*page.Section, error) { return o.servers(share(serverShare)) }},
		{"growth", func() (*page.Section, error) {
			return growth.Run(growth.Options{
				Options: turns.Options{Rounds: 2*o.rounds - 1, Turn: 100 * time.Millisecond}, Root: o.root, Tokens: growth.Tokens(),
				Sweep: time.Duration(growthShare * float64(o.limit)),
			})
		}},
	}
}

func (o options) servers(until time.Time) (section *page.Section, err error) {
	work, err := os.MkdirTemp("", "attrgate-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	run := processes.Options{
		Root: o.root, Work: work, Rounds: o.rounds, OpenRounds: 1, Connections: processes.Connections,
		Turn: time.Duration(o.seconds * float64(time.Second)), Until: until, Progress: os.Stderr,
	}
	results, err := processes.Run(run)
	if err != nil {
		return nil, err
	}
	return processes.Report(results, run), nil
}

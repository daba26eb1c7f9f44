// Inprocess compares the gate with Go libraries that do the job or a part of it, and prints
// a table in Markdown.
//
//	cd bench && GOWORK=off go run ./inprocess -rounds 11 -benchstat new.txt
package main

import (
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/attrgate/attrgate/bench/internal/inprocess"
	"github.com/attrgate/attrgate/bench/internal/page"
	"github.com/attrgate/attrgate/bench/internal/turns"
)

func main() {
	rounds := flag.Int("rounds", 11, "how often each contender has its turn")
	turn := flag.Duration("turn", 200*time.Millisecond, "how long a turn takes")
	limit := flag.Duration("limit", 3*time.Minute, "no further round begins after this time")
	benchstat := flag.String("benchstat", "", "`file` for every round in the form that benchstat reads")
	charts := flag.String("charts", "charts", "`folder` for the charts")
	flag.Parse()
	if err := run(turns.Options{Rounds: *rounds, Turn: *turn, Until: time.Now().Add(*limit)}, *benchstat, *charts); err != nil {
		fmt.Fprintln(os.Stderr, "inprocess:", err)
		os.Exit(1)
	}
}

func run(o turns.Options, benchstat, charts string) error {
	machine := page.Machine()
	results, err := inprocess.Run(o)
	if err != nil {
		return err
	}
	if benchstat != "" {
		if err := writeBenchstat(benchstat, results); err != nil {
			return err
		}
	}
	return inprocess.Report(results).Publish(os.Stdout, machine, charts)
}

func writeBenchstat(file string, results []turns.Result) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	if err := inprocess.WriteBenchstat(f, results); err != nil {
		return err
	}
	return f.Close()
}

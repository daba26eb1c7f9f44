// Compare puts the gate and its peers under the same load, each as a process of its own, in
// turns, and prints tables in Markdown. It needs Linux.
//
//	cd bench && GOWORK=off go run ./compare -rounds 5 -seconds 4
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/attrgate/attrgate/bench/internal/page"
	"github.com/attrgate/attrgate/bench/internal/processes"
)

func main() {
	o := processes.Options{Progress: os.Stderr}
	flag.IntVar(&o.Rounds, "rounds", 5, "how often each peer has its turn")
	flag.IntVar(&o.OpenRounds, "open", 1, "the same at a fixed rate")
	seconds := flag.Float64("seconds", 4, "how long a turn takes")
	flag.IntVar(&o.Connections, "connections", processes.Connections, "how many connections there are")
	flag.Float64Var(&o.Rate, "rate", 0, "requests a second of the open loop; 0: half of what the slowest peer managed")
	limit := flag.Duration("limit", 10*time.Minute, "no further round begins after this time")
	only := flag.String("only", "", "compare peers only whose name has one of these words, with commas between")
	root := flag.String("root", "..", "the repository")
	charts := flag.String("charts", "charts", "`folder` for the charts")
	keep := flag.Bool("keep", false, "keep the folders of the servers, with their files and logs")
	flag.Parse()
	o.Turn, o.Until = time.Duration(*seconds*float64(time.Second)), time.Now().Add(*limit)
	if *only != "" {
		o.Only = strings.Split(*only, ",")
	}
	if err := compare(o, *root, *charts, *keep); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func compare(o processes.Options, root, charts string, keep bool) (err error) {
	if o.Root, err = filepath.Abs(root); err != nil {
		return err
	}
	if o.Work, err = os.MkdirTemp("", "attrgate-bench-"); err != nil {
		return err
	}
	if keep {
		fmt.Fprintln(os.Stderr, "the servers' folders are in", o.Work)
	} else {
		defer func() { err = errors.Join(err, os.RemoveAll(o.Work)) }()
	}
	machine := page.Machine()
	results, err := processes.Run(o)
	if err != nil {
		return err
	}
	return processes.Report(results, o).Publish(os.Stdout, machine, charts)
}

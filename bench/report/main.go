// Report runs all measurements and writes them as one page with charts. It needs Linux, and
// a machine that does nothing else meanwhile.
//
//	cd bench && GOWORK=off go run ./report
//
// A run that was interrupted is gone on with by -resume: parts that it finished are taken as
// they are.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 5, "how often each peer has its turn as a process; within one process it is twice as often")
	flag.Float64Var(&o.seconds, "seconds", 4, "how long a turn takes as a process")
	flag.DurationVar(&o.limit, "limit", 14*time.Minute, "no further round begins after this time; it is divided among the parts")
	flag.StringVar(&o.page, "out", "../docs/compared.md", "`file` for the page; the charts go to a folder of the same name")
	flag.BoolVar(&o.resume, "resume", false, "take what an interrupted run has finished")
	flag.Parse()
	if err := write(o); err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

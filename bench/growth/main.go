// Growth measures how the gate's cost grows with the body, attributes, routes, rules,
// remembered tokens and threads, and prints tables in Markdown.
//
//	cd bench && GOWORK=off go run ./growth -rounds 7
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/attrgate/attrgate/bench/internal/growth"
	"github.com/attrgate/attrgate/bench/internal/page"
)

func main() {
	o := growth.Options{Tokens: growth.Tokens()}
	flag.IntVar(&o.Rounds, "rounds", 7, "how often each has its turn")
	flag.DurationVar(&o.Turn, "turn", 100*time.Millisecond, "how long a turn takes")
	flag.DurationVar(&o.Sweep, "sweep", time.Minute, "no further round of a sweep begins after this time")
	hold := flag.Int("hold", 0, "remember so many tokens, and send requests as told on standard input, in JSON")
	half := flag.Bool("half", false, "measure the body alone, in this build, and print JSON")
	root := flag.String("root", "..", "the repository")
	charts := flag.String("charts", "charts", "`folder` for the charts")
	flag.Parse()
	if err := run(o, *root, *charts, *half, *hold); err != nil {
		fmt.Fprintln(os.Stderr, "growth:", err)
		os.Exit(1)
	}
}

func run(o growth.Options, root, charts string, half bool, hold int) (err error) {
	if hold > 0 {
		return growth.Hold(hold, os.Stdin, os.Stdout)
	}
	if o.Root, err = filepath.Abs(root); err != nil {
		return err
	}
	if half {
		return growth.WriteHalf(o, os.Stdout)
	}
	machine := page.Machine()
	section, err := growth.Run(o)
	if err != nil {
		return err
	}
	return section.Publish(os.Stdout, machine, charts)
}

// Requests lets the gate judge a number of requests and does nothing else: something to count
// the instructions of.
//
//	cd bench && GOWORK=off go build -o /tmp/requests ./requests
//	GOGC=off GOMAXPROCS=1 GODEBUG=asyncpreemptoff=1 valgrind --tool=callgrind --toggle-collect=main.counted /tmp/requests
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/attrgate/attrgate/bench/internal/contender"
	"github.com/attrgate/attrgate/bench/internal/sample"
	"github.com/attrgate/attrgate/bench/internal/turns"
)

func main() {
	name := flag.String("contender", contender.Remembered, "who judges them")
	n := flag.Int("n", 1000, "how many requests")
	flag.Parse()
	if err := run(*name, *n); err != nil {
		fmt.Fprintln(os.Stderr, "requests:", err)
		os.Exit(1)
	}
}

func run(name string, n int) error {
	signer, err := sample.NewSigner()
	if err != nil {
		return err
	}
	for _, c := range contender.All() {
		if c.Name != name {
			continue
		}
		s, err := contender.Subject(c, signer)
		if err != nil {
			return err
		}
		return counted(s, n)
	}
	return fmt.Errorf("there is no contender %q", name)
}

// counted is the part whose instructions count.
//
//go:noinline
func counted(s turns.Subject, n int) error { return s.Do(n) }

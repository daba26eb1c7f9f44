// Measure prints what the plugin adds to Traefik's start and memory, as a table in
// Markdown. It needs Linux, because it reads /proc.
//
//	cd e2e && GOWORK=off go run ./measure -rounds 15
//
// With -requests it prints what one request costs Traefik instead: without a plugin, with one
// that does nothing, and with attrgate.
//
//	cd e2e && GOWORK=off go run ./measure -rounds 15 -requests 3000
//
// With -packages it loads the plugin into an interpreter without Traefik and prints what
// each of its packages costs.
//
//	cd e2e && GOWORK=off go run ./measure -rounds 15 -packages
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/attrgate/attrgate/e2e/internal/plugin"
)

func main() {
	rounds := flag.Int("rounds", 15, "how often each Traefik is started; they take turns")
	requests := flag.Int("requests", 0, "how many requests are sent through each router in a round; 0: measure starts")
	packages := flag.Bool("packages", false, "measure what each package costs the interpreter")
	root := flag.String("root", "..", "the repository")
	flag.Parse()
	run := func() error { return measure(*root, *rounds, *requests) }
	if *packages {
		run = func() error { return printPackages(*root, *rounds) }
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

func printPackages(root string, rounds int) error {
	costs, err := measurePackages(root, rounds)
	if err != nil {
		return err
	}
	_, err = os.Stdout.WriteString(packageTable(costs))
	return err
}

// measure lets them take turns, so that whatever else the machine does meets both.
func measure(root string, rounds, requests int) error {
	bench, err := newBench(root)
	if err != nil {
		return err
	}
	defer bench.backend.Close()
	if requests > 0 {
		cpu, err := bench.measureRequests(rounds, requests)
		if err != nil {
			return err
		}
		_, err = os.Stdout.WriteString(requestTable(cpu))
		return err
	}
	if _, err := bench.round(plugin.Module); err != nil { // the first start reads the disk
		return err
	}
	samples := map[string][]sample{}
	for i := 0; i < rounds; i++ {
		for _, module := range []string{"", passThrough, plugin.Module} {
			s, err := bench.round(module)
			if err != nil {
				return err
			}
			samples[module] = append(samples[module], s)
		}
	}
	_, err = os.Stdout.WriteString(table(samples[""], samples[passThrough], samples[plugin.Module]))
	return err
}

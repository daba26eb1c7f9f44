// Soak sends steady traffic through a real attrgate serve while everything around it changes:
// its file is rewritten, the issuer's keys are rotated, the backends are killed and come
// back. It fails if a request gets a wrong answer or none, or if memory or goroutines grow.
//
//	cd e2e && GOWORK=off go run ./soak -duration 30m
//
// It needs Linux, and Debian's packages glewlwyd, dbconfig-sqlite3 and sqlite3.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// options say how hard a run is.
type options struct {
	duration, unrest time.Duration
	rate             int
	root             string // the repository
	out              io.Writer
}

func main() {
	o := options{out: os.Stdout}
	flag.DurationVar(&o.duration, "duration", 30*time.Minute, "how long requests are sent")
	flag.DurationVar(&o.unrest, "unrest", 5*time.Second, "how often something is changed or killed")
	flag.IntVar(&o.rate, "rate", 200, "requests a second")
	flag.StringVar(&o.root, "root", "..", "the repository")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := soak(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

// soak runs the whole thing in a folder of its own.
func soak(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "attrgate-soak-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s, err := newStage(o.root, dir)
	if err != nil {
		return err
	}
	defer s.stop()
	ctx, end := context.WithTimeout(ctx, o.duration)
	defer end()
	tally := newTally()
	watch := newWatch(s.admin)
	done := make(chan error, 2)
	go func() { done <- s.disturb(ctx, o.unrest) }()
	go func() { done <- watch.run(ctx) }()
	send(ctx, s, o.rate, tally)
	end()
	problems := []error{<-done, <-done, tally.verdict(), watch.verdict()}
	fmt.Fprintf(o.out, "%s\n%s\n%s\n", tally, s.unrest(), watch)
	return s.conclude(problems)
}

package processes

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/attrgate/attrgate/bench/internal/load"
	"github.com/attrgate/attrgate/bench/internal/peer"
	"github.com/attrgate/attrgate/bench/internal/sample"
	"github.com/attrgate/attrgate/bench/internal/stat"
)

// Connections is the number of connections that is used if nobody wants another.
const Connections = 32

// Options say what is measured, and how long.
type Options struct {
	// Root is the repository and Work a folder for the servers' files, both absolute.
	Root, Work string

	// Only are words of which a peer's name must have one. If empty, all peers.
	Only []string

	// Rounds is how often each peer has its turn, OpenRounds the same at the fixed rate.
	Rounds, OpenRounds int

	// Turn is how long a peer is under load in a turn.
	Turn time.Duration

	// Connections is the number of connections.
	Connections int

	// Rate is that of the open loop, in requests a second. If zero, half of what the slowest
	// peer managed.
	Rate float64

	// Until is when no further round begins, once there was one. If zero, never.
	Until time.Time

	// Progress is told what goes on.
	Progress io.Writer
}

// Outcome is what was found about a peer.
type Outcome struct {
	Peer    peer.Peer
	Version string
	Command string // with DIR for the peer's folder, LISTEN and BACKEND for addresses

	// Skipped says why there are no rounds, or not all of them.
	Skipped error

	Rounds, Open []Round
}

// Results are the outcomes of all peers that were asked for.
type Results struct {
	Outcomes []*Outcome
	Rate     float64 // of the open loop
}

// contest is a run.
type contest struct {
	options     Options
	results     Results
	contestants map[*Outcome]*contestant
}

// Run starts all peers, lets each show that it does what it claims, and lets them take turns
// under load. A peer that cannot be had or does not hold is skipped with the reason.
func Run(o Options) (results Results, err error) {
	signer, err := sample.NewSigner()
	if err != nil {
		return results, err
	}
	keys, err := signer.JWKS()
	if err != nil {
		return results, err
	}
	b, err := newBackend(keys)
	if err != nil {
		return results, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	c := &contest{options: o, contestants: map[*Outcome]*contestant{}}
	defer func() { err = errors.Join(err, c.end()) }()
	if err := c.begin(b, signer); err != nil {
		return results, err
	}
	for round := range o.Rounds {
		c.round(round, func(t load.Target) (load.Result, error) { return load.Closed(t, o.Connections, o.Turn) })
	}
	c.openLoop()
	return c.results, nil
}

// begin builds and starts the peers, one after the other.
func (c *contest) begin(b *backend, signer *sample.Signer) error {
	for _, p := range peer.All() {
		if !wanted(p.Name, c.options.Only) {
			continue
		}
		site, err := siteFor(c.options, b, signer)
		if err != nil {
			return err
		}
		outcome := &Outcome{Peer: p}
		c.results.Outcomes = append(c.results.Outcomes, outcome)
		began := time.Now()
		entered, err := enter(p, site, b)
		if err != nil {
			outcome.Skipped = errors.New(strings.ReplaceAll(err.Error(), site.Dir, "DIR"))
			c.say("%s: skipped: %v", p.Name, outcome.Skipped)
			continue
		}
		c.contestants[outcome] = entered
		outcome.Version = entered.server.Version
		outcome.Command = strings.NewReplacer(site.Dir, "DIR", site.Listen, "LISTEN", site.Backend, "BACKEND").
			Replace(shown(entered.server))
		c.say("%s: ready after %.1f s", p.Name, time.Since(began).Seconds())
	}
	return nil
}

// shown is how a server was started, with the name of the program and not where it was built.
func shown(s peer.Server) string {
	words := append(slices.Clone(s.Variables), filepath.Base(s.Command[0]))
	return strings.Join(append(words, s.Command[1:]...), " ")
}

func wanted(name string, only []string) bool {
	for _, word := range only {
		if strings.Contains(strings.ToLower(name), strings.ToLower(word)) {
			return true
		}
	}
	return len(only) == 0
}

// round lets each peer have its turn. A peer whose turn fails leaves the contest.
func (c *contest) round(number int, send func(load.Target) (load.Result, error)) {
	if c.late() && number > 0 {
		return
	}
	for _, outcome := range c.results.Outcomes {
		if outcome.Skipped != nil {
			continue
		}
		r, err := c.contestants[outcome].turn(send)
		if err != nil {
			outcome.Skipped = fmt.Errorf("in round %d: %w", number+1, err)
			c.say("%s: %v", outcome.Peer.Name, outcome.Skipped)
			continue
		}
		outcome.Rounds = append(outcome.Rounds, r)
		c.say("round %d: %s: %.0f/s, %.1f µs of CPU", number+1, outcome.Peer.Name, r.Throughput, r.CPU)
	}
}

func (c *contest) late() bool { return !c.options.Until.IsZero() && time.Now().After(c.options.Until) }

// openLoop measures at a fixed rate that every peer can keep.
func (c *contest) openLoop() {
	rate := c.options.Rate
	if rate == 0 {
		rate = c.slowest() / 2
	}
	c.results.Rate = rate
	for number := range c.options.OpenRounds {
		if c.late() && number > 0 || rate == 0 {
			return
		}
		for _, outcome := range c.results.Outcomes {
			if outcome.Skipped != nil {
				continue
			}
			r, err := c.contestants[outcome].turn(func(t load.Target) (load.Result, error) {
				return load.Open(t, c.options.Connections, rate, c.options.Turn)
			})
			if err != nil {
				c.say("%s at %.0f/s: %v", outcome.Peer.Name, rate, err)
				continue
			}
			outcome.Open = append(outcome.Open, r)
			c.say("open loop %d: %s: p50 %.2f ms, p99 %.2f ms", number+1, outcome.Peer.Name, r.P50, r.P99)
		}
	}
}

// slowest is the lowest throughput of those that are still there.
func (c *contest) slowest() float64 {
	slowest := 0.0
	for _, outcome := range c.results.Outcomes {
		t := stat.Median(values(outcome.Rounds, throughput))
		if outcome.Skipped == nil && (slowest == 0 || t < slowest) {
			slowest = t
		}
	}
	return slowest
}

func (c *contest) end() error {
	var problems error
	for _, entered := range c.contestants {
		problems = errors.Join(problems, entered.process.Stop())
	}
	return problems
}

func (c *contest) say(format string, args ...any) {
	_, _ = fmt.Fprintf(c.options.Progress, format+"\n", args...)
}

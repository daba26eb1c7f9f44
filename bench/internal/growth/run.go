package growth

import (
	"time"

	"github.com/attrgate/attrgate/bench/internal/page"
	"github.com/attrgate/attrgate/bench/internal/sample"
	"github.com/attrgate/attrgate/bench/internal/turns"
)

// Options say how much is measured.
type Options struct {
	turns.Options

	// Root is the repository, absolute.
	Root string

	// Tokens are the numbers of tokens that the gate remembers, growing.
	Tokens []int

	// Sweep is when a sweep begins no further round, after its begin. If zero, never.
	Sweep time.Duration
}

// Tokens are the numbers that are used if nobody wants others.
func Tokens() []int { return []int{1, 1000, 1000000} }

// turns are the options of a sweep that begins now.
func (run *runner) turns() turns.Options {
	o := run.options.Options
	if run.options.Sweep > 0 {
		o.Until = time.Now().Add(run.options.Sweep)
	}
	return o
}

// runner has what all sweeps share.
type runner struct {
	options Options
	signer  *sample.Signer
}

func newRunner(o Options) (*runner, error) {
	signer, err := sample.NewSigner()
	return &runner{options: o, signer: signer}, err
}

// Run measures everything that grows. A part that fails is named in the section with the
// reason, and the others go on.
func Run(o Options) (*page.Section, error) {
	run, err := newRunner(o)
	if err != nil {
		return nil, err
	}
	out := page.New("Growth")
	out.Say("The gate alone in one Go process, the token remembered, with a handler behind it that reads the body. Medians of up to %d rounds in turns.", o.Rounds)
	out.Command("cd bench && GOWORK=off go run ./growth")
	parts := []part{
		{"By the number of remembered tokens", run.tokensRemembered},
		{"By the size of the body", run.body},
	}
	for _, g := range growers() {
		parts = append(parts, part{"By the number of " + g.what, func(s *page.Section) error { return run.grow(g, s) }})
	}
	parts = append(parts, part{"By the number of threads", run.contention})
	for _, p := range parts {
		if err := p.run(out); err != nil {
			out.Say("### %s\n\nNot measured: %v", p.name, err)
		}
	}
	return out, nil
}

type part struct {
	name string
	run  func(*page.Section) error
}

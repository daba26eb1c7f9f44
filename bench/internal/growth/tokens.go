package growth

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"

	"github.com/attrgate/attrgate/bench/internal/chart"
	"github.com/attrgate/attrgate/bench/internal/page"
	"github.com/attrgate/attrgate/bench/internal/stat"
	"github.com/attrgate/attrgate/bench/internal/turns"
)

// The series: which tokens are sent. Where there are fewer than a thousand, copies are.
const (
	oneToken      = "one token"
	severalTokens = "a thousand in turns"
)

// holder is a process that holds tokens.
type holder struct {
	tokens  int
	command *exec.Cmd
	orders  io.WriteCloser
	replies *json.Decoder
	holding holding
	least   map[int]carriedOut // of all orders, by the number of senders
}

// hold runs this program again and waits until it holds the tokens.
func (run *runner) hold(tokens int) (*holder, error) {
	c := exec.Command("go", "run", "./growth", "-hold", strconv.Itoa(tokens))
	c.Dir, c.Env, c.Stderr = run.options.Root+"/bench", append(c.Environ(), "GOWORK=off"), os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	h := &holder{tokens: tokens, command: c, orders: in, replies: json.NewDecoder(out), least: map[int]carriedOut{}}
	if err := c.Start(); err != nil {
		return nil, err
	}
	if err := h.replies.Decode(&h.holding); err != nil {
		return nil, errors.Join(fmt.Errorf("a process that holds %d tokens: %w", tokens, err), h.end())
	}
	return h, nil
}

func (h *holder) end() error { return errors.Join(h.orders.Close(), h.command.Wait()) }

func (h *holder) subject(senders int) turns.Subject {
	return turns.Subject{Do: func(n int) error {
		if err := json.NewEncoder(h.orders).Encode(order{senders, n}); err != nil {
			return err
		}
		var done carriedOut
		if err := h.replies.Decode(&done); err != nil {
			return err
		}
		if least, there := h.least[senders]; !there || done.Allocations < least.Allocations {
			h.least[senders] = done
		}
		return nil
	}}
}

// smallestHeap is what the collector lets every process fill before it begins.
const smallestHeap = 4 << 20

// collection is what the collector costs each request, in ns: a cycle begins when as much was
// allocated as is in use.
func (h *holder) collection() float64 {
	return float64(h.holding.Cycle) * h.least[1].Bytes / max(smallestHeap, h.holding.Live)
}

// tokensRemembered lets processes take turns that remember more and more tokens.
func (run *runner) tokensRemembered(out *page.Section) (err error) {
	var holders []*holder
	defer func() {
		for _, h := range holders {
			err = errors.Join(err, h.end())
		}
	}()
	var places []place
	for _, tokens := range run.options.Tokens {
		h, err := run.hold(tokens)
		if err != nil {
			return err
		}
		holders = append(holders, h)
		places = append(places, place{oneToken, tokens, h.subject(1)}, place{severalTokens, tokens, h.subject(several)})
	}
	s, err := measure(places, run.turns())
	if err != nil {
		return err
	}
	s.reportTokens(out, holders)
	return nil
}

func (s *sweep) reportTokens(out *page.Section, holders []*holder) {
	out.Say("### By the number of remembered tokens\n\nTokens that the gate remembers, in a process each; the processes take turns. "+
		"Either one of the tokens is sent, or %d from all over the memory take turns: where there are fewer tokens, copies of them, so that as much is read from the requests. "+
		"The instructions are the same; what is known of each of a thousand has to come from memory that the processor's caches may have lost. "+
		"In so short a turn the collector has hardly anything to do where much is in use, so its share is reckoned from the CPU time of one of its cycles.", several)
	of := map[int]*holder{}
	for _, h := range holders {
		of[h.tokens] = h
	}
	s.table(out, []string{"tokens", oneToken + ", µs", severalTokens + ", µs", "times the first", "times the first, " + severalTokens, "collector, µs", "allocations", "bytes a token"}, func(x int) []string {
		return []string{
			stat.Text(s.growth(oneToken, x)), stat.Text(s.growth(severalTokens, x)), stat.Text(of[x].collection() / 1000),
			fmt.Sprintf("%.0f", of[x].least[1].Allocations), perToken(of[x]),
		}
	})
	last := holders[len(holders)-1]
	aims := []page.Aim{
		{What: fmt.Sprintf("times the first with %d tokens", last.tokens), Most: 1.1, Found: s.growth(oneToken, last.tokens)},
		{What: fmt.Sprintf("times the first with %d tokens, %s", last.tokens, severalTokens), Most: 1.1, Found: s.growth(severalTokens, last.tokens)},
	}
	if last.tokens >= enough {
		aims = append(aims, page.Aim{What: "bytes of a remembered token, its claims included", Most: 300, Found: last.holding.Bytes})
	}
	out.Aims(aims)
	s.draw(out, "growth-tokens", chart.Axes{Title: "One request, by the number of remembered tokens", X: "tokens", Y: "µs"})
}

// enough is how many tokens it takes for their bytes to show in the heap.
const enough = 10000

func perToken(h *holder) string {
	if h.tokens < enough {
		return ""
	}
	return fmt.Sprintf("%.0f", h.holding.Bytes)
}

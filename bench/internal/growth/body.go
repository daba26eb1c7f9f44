package growth

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"

	"github.com/tidwall/gjson"

	"github.com/attrgate/attrgate/bench/internal/chart"
	"github.com/attrgate/attrgate/bench/internal/page"
	"github.com/attrgate/attrgate/bench/internal/sample"
	"github.com/attrgate/attrgate/bench/internal/stat"
	"github.com/attrgate/attrgate/bench/internal/turns"
	"github.com/attrgate/attrgate/middleware/policy"
)

const (
	compiled    = "gate"
	valid       = "gjson.Valid"
	unmarshal   = "json.Unmarshal"
	halfGate    = "gate, -tags yaegi"
	interpreted = "gate, interpreted"
	ruleless    = "interpreted, no rules"
)

var sizes = []int{1e3, 1e4, 1e5, 1e6}

// bodyPlaces are a gate and what it is compared with, over bodies of growing size.
func bodyPlaces(s *sample.Signer, series string, handler http.Handler) ([]place, error) {
	token, err := s.Token(0)
	if err != nil {
		return nil, err
	}
	var places []place
	for _, size := range sizes {
		text := payload(size)
		r, err := sample.NewRequest(token, text)
		if err != nil {
			return nil, err
		}
		places = append(places, place{series, size, requests(series, handler, r)}, unmarshalPlace(size, []byte(text)))
	}
	return places, nil
}

func unmarshalPlace(size int, text []byte) place {
	return place{unmarshal, size, turns.Subject{Do: func(n int) error {
		for range n {
			var document any
			if err := json.Unmarshal(text, &document); err != nil {
				return err
			}
		}
		return nil
	}}}
}

func validPlace(size int, text []byte) place {
	return place{valid, size, turns.Subject{Do: func(n int) error {
		for range n {
			if !gjson.ValidBytes(text) {
				return fmt.Errorf("%d bytes are not valid", len(text))
			}
		}
		return nil
	}}}
}

// gatePlaces are those of the gate as it is in this build.
func (run *runner) gatePlaces(series string) ([]place, error) {
	p, err := roomyPolicy(run.signer)
	if err != nil {
		return nil, err
	}
	gate, err := newGate(p)
	if err != nil {
		return nil, err
	}
	return bodyPlaces(run.signer, series, gate)
}

// interpretedPlaces are those of the gate in the interpreter. It knows a short way for many
// bodies, and whether a body may take it depends on the rules.
func (run *runner) interpretedPlaces(series string, change func(*policy.Policy)) ([]place, error) {
	p, err := roomyPolicy(run.signer)
	if err != nil {
		return nil, err
	}
	change(&p)
	gate, err := interpret(run.options.Root, p, sample.Backend())
	if err != nil {
		return nil, err
	}
	return bodyPlaces(run.signer, series, gate)
}

// body measures all three builds. What the interpreter's half costs when it is compiled, a
// process of its own tells, which is built with the tag.
func (run *runner) body(out *page.Section) error {
	places, err := run.gatePlaces(compiled)
	if err != nil {
		return err
	}
	ruled, err := run.interpretedPlaces(interpreted, func(*policy.Policy) {})
	if err != nil {
		return err
	}
	free, err := run.interpretedPlaces(ruleless, func(p *policy.Policy) { p.Routes[0].Attributes = nil })
	if err != nil {
		return err
	}
	for i, size := range sizes {
		places = append(places, validPlace(size, []byte(payload(size))), ruled[2*i], free[2*i])
	}
	result, err := measure(places, run.turns())
	if err != nil {
		return err
	}
	half, err := run.half()
	if err != nil {
		return err
	}
	for i, size := range sizes {
		result.add(halfGate, size, half.Gate[i], 0)
	}
	result.report(out, half)
	return nil
}

func (s *sweep) report(out *page.Section, half Half) {
	out.Say("### By the size of the body\n\nThe whole gate over bodies of a growing number of attributes of a hundred characters, beside checks of the same bytes; " +
		"µs. The route has rules for two attributes; in the interpreter it was measured without rules as well. With -tags yaegi it is the interpreter's half of the source, compiled; it ran in a process of its own, where its ratio was taken as well.")
	head := append([]string{"bytes"}, s.series...)
	head = append(head, "gjson.Valid / gate", "-tags yaegi / json.Unmarshal", "interpreted / json.Unmarshal", "no rules / json.Unmarshal")
	s.table(out, head, func(x int) []string {
		return []string{stat.Text(s.ratio(valid, compiled, x)), stat.Text(half.ratio(x)), stat.Text(s.ratio(interpreted, unmarshal, x)), stat.Text(s.ratio(ruleless, unmarshal, x))}
	})
	out.Aims([]page.Aim{
		{What: "gjson.Valid / gate at 100 KB", Least: 0.5, Found: s.ratio(valid, compiled, 1e5)},
		{What: "gjson.Valid / gate at 1 MB", Least: 0.5, Found: s.ratio(valid, compiled, 1e6)},
		{What: "interpreted / json.Unmarshal at 100 KB", Most: 3, Found: s.ratio(interpreted, unmarshal, 1e5)},
		{What: "interpreted / json.Unmarshal at 1 MB", Most: 3, Found: s.ratio(interpreted, unmarshal, 1e6)},
		{What: "interpreted without rules / json.Unmarshal at 100 KB", Most: 3, Found: s.ratio(ruleless, unmarshal, 1e5)},
		{What: "interpreted without rules / json.Unmarshal at 1 MB", Most: 3, Found: s.ratio(ruleless, unmarshal, 1e6)},
	})
	s.draw(out, "growth-body", chart.Axes{Title: "One request, by the size of its body", X: "bytes", Y: "µs"})
}

// Half is what a build with the tag yaegi finds: the rounds' times in ns, by size.
type Half struct{ Gate, Unmarshal [][]float64 }

func (h Half) ratio(size int) float64 {
	s := newSweep()
	for i, x := range sizes {
		s.add(halfGate, x, h.Gate[i], 0)
		s.add(unmarshal, x, h.Unmarshal[i], 0)
	}
	return s.ratio(halfGate, unmarshal, size)
}

// WriteHalf measures the gate in this build and writes a Half as JSON.
func WriteHalf(o Options, w io.Writer) error {
	run, err := newRunner(o)
	if err != nil {
		return err
	}
	places, err := run.gatePlaces(halfGate)
	if err != nil {
		return err
	}
	result, err := measure(places, run.turns())
	if err != nil {
		return err
	}
	var half Half
	for _, size := range sizes {
		half.Gate = append(half.Gate, result.nanos[halfGate][size])
		half.Unmarshal = append(half.Unmarshal, result.nanos[unmarshal][size])
	}
	return json.NewEncoder(w).Encode(half)
}

// half runs this program, built with the tag.
func (run *runner) half() (half Half, err error) {
	c := exec.Command("go", "run", "-tags", "yaegi", "./growth", "-half",
		"-rounds", fmt.Sprint(run.options.Rounds), "-turn", run.options.Turn.String())
	c.Dir, c.Env = run.options.Root+"/bench", append(c.Environ(), "GOWORK=off")
	output, err := c.Output()
	if err != nil {
		return half, fmt.Errorf("go run -tags yaegi ./growth: %w", err)
	}
	return half, json.Unmarshal(output, &half)
}

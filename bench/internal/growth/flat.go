package growth

import (
	"fmt"

	"github.com/attrgate/attrgate/bench/internal/chart"
	"github.com/attrgate/attrgate/bench/internal/page"
	"github.com/attrgate/attrgate/bench/internal/sample"
	"github.com/attrgate/attrgate/bench/internal/stat"
	"github.com/attrgate/attrgate/middleware/policy"
)

// growing is what grows, and the policy and request for a number of it.
type growing struct {
	what, name, about string
	flat              bool // it should cost nothing
	numbers           []int
	policy            func(p *policy.Policy, number int)
	request           func(number int) (path, body string)
}

func sameRequest(int) (path, body string) { return sample.Path, sample.Plain }

// attributes, routes and rules are what a policy or a body can have more of.
func growers() []growing {
	return []growing{
		{
			"attributes", "growth-attributes", "Short attributes in one body.", false, []int{1, 10, 100, 1000, 10000},
			func(*policy.Policy, int) {},
			func(number int) (path, body string) { return sample.Path, short(number) },
		},
		{
			"routes", "growth-routes", "Routes of one policy, of which the request meets the last.", true, []int{1, 100, 10000},
			func(p *policy.Policy, number int) { p.Routes = manyRoutes(number) },
			func(number int) (path, body string) { return fmt.Sprintf("/r%d/1", number), sample.Plain },
		},
		{
			"rules", "growth-rules", "Rules of one route, of which the body meets one.", true, []int{1, 10, 1000},
			func(p *policy.Policy, number int) { p.Routes[0].Attributes = manyRules(number) },
			sameRequest,
		},
	}
}

func manyRoutes(number int) (routes []policy.Route) {
	for i := 1; i <= number; i++ {
		routes = append(routes, policy.Route{
			Name: fmt.Sprint("r", i), Match: fmt.Sprintf("PUT /r%d/{id}", i),
			Scopes: []string{sample.Required}, Body: policy.Body{Shape: "object", Path: "customer_info"},
		})
	}
	return routes
}

func manyRules(number int) []policy.Attribute {
	rules := []policy.Attribute{{Name: "Model", Type: "String50"}}
	for i := 1; i < number; i++ {
		rules = append(rules, policy.Attribute{Name: fmt.Sprint("Rule ", i), Type: "String50"})
	}
	return rules
}

// grow measures one of them.
func (run *runner) grow(g growing, out *page.Section) error {
	token, err := run.signer.Token(0)
	if err != nil {
		return err
	}
	var places []place
	for _, number := range g.numbers {
		p, err := roomyPolicy(run.signer)
		if err != nil {
			return err
		}
		g.policy(&p, number)
		gate, err := newGate(p)
		if err != nil {
			return err
		}
		path, body := g.request(number)
		r, err := sample.NewRequestTo(path, token, body)
		if err != nil {
			return err
		}
		places = append(places, place{compiled, number, requests(g.what, gate, r)})
	}
	s, err := measure(places, run.turns())
	if err != nil {
		return err
	}
	s.flat(out, g)
	return nil
}

func (s *sweep) flat(out *page.Section, g growing) {
	out.Say("### By the number of %s\n\n%s", g.what, g.about)
	s.table(out, []string{g.what, "µs", "times the first", "allocations"}, func(x int) []string {
		return []string{stat.Text(s.growth(compiled, x)), fmt.Sprintf("%.0f", s.counts[compiled][x])}
	})
	if last := s.xs[len(s.xs)-1]; g.flat {
		out.Aims([]page.Aim{{What: fmt.Sprintf("times the first at %d %s", last, g.what), Most: 1.1, Found: s.growth(compiled, last)}})
	}
	s.draw(out, g.name, chart.Axes{Title: "One request, by the number of " + g.what, X: g.what, Y: "µs"})
}

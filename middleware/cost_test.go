//go:build !yaegi && !race
// +build !yaegi,!race

package middleware_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// The tests in this file hold the compiled gate to counts that do not depend on the machine.
// Where one fails, either something got dearer by accident, or it is worth it and the number
// here and in docs/performance.md has to change. e2e has the same for the interpreter.

// TestCostOfCases holds requests to as many allocations as the gate makes of its own: the
// request that goes on, its body and the list of names.
func TestCostOfCases(t *testing.T) {
	text, err := os.ReadFile("../testdata/cases/policy.json")
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	gate, err := middleware.New(p, middleware.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, most := range map[string]float64{
		"other-path-passes": 0, "salesiq-documented-sample": 3, "wrapped-key-forwarded-as-name": 4, "expertflow-documented-sample": 21,
	} {
		request, body := load(t, name)
		if got := allocations(t, gate, request, body); got > most {
			t.Errorf("%s: %v allocations, want at most %v", name, got, most)
		}
	}
}

// TestCostIsFlat holds the number of routes and rules to costing nothing, and attributes to
// costing no allocation each.
func TestCostIsFlat(t *testing.T) {
	small, _ := payload(1 << 10)
	large, _ := payload(100 << 10)
	one := allocations(t, roomyGate(t, 1), usual(small), small)
	for what, got := range map[string]float64{
		"1000 rules":                    allocations(t, roomyGate(t, 1000), usual(small), small),
		"1000 routes":                   allocations(t, manyRoutes(t, 1000), usual(small), small),
		"a hundred times as large body": allocations(t, roomyGate(t, 1), usual(large), large) - 4, // room to read it
	} {
		if got > one {
			t.Errorf("%s: %v allocations, want %v", what, got, one)
		}
	}
}

func manyRoutes(t testing.TB, routes int) *middleware.Gate {
	t.Helper()
	p := policy.Policy{StaticTokens: exampleTokens()}
	for i := 0; i < routes; i++ {
		match := fmt.Sprintf("PUT /api/v2/{screen_name}/conversations%d/{conversation_id}", i)
		p.Routes = append(p.Routes, policy.Route{API: policy.SalesIQCustomInfo, Name: fmt.Sprint(i), Match: match})
	}
	p.Routes = append(p.Routes, policy.Route{API: policy.SalesIQCustomInfo})
	gate, err := middleware.New(p, middleware.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return gate
}

// allocations counts what the gate allocates for a request, without what the test does.
func allocations(t testing.TB, gate *middleware.Gate, request *http.Request, body string) float64 {
	t.Helper()
	own := testing.AllocsPerRun(200, func() { send(t, nil, request, body) })
	return testing.AllocsPerRun(200, func() { send(t, gate, request, body) }) - own
}

func send(t testing.TB, gate *middleware.Gate, request *http.Request, body string) *http.Request {
	r := new(http.Request)
	*r = *request
	r.Body = io.NopCloser(strings.NewReader(body))
	r.ContentLength = int64(len(body))
	if gate == nil {
		return r
	}
	forwarded, decision := gate.Admit(r)
	if decision.Outcome == middleware.Refused {
		t.Fatal(decision.Refusal.Detail)
	}
	return forwarded
}

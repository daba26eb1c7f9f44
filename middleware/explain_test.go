//go:build !yaegi
// +build !yaegi

package middleware_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/policytest"
)

// What is explained is what happens: for every case, the gate behind a server and Explain
// decide the same and forward the same, and what Explain saw leads to that decision.
func TestTheExplanationIsWhatHappens(t *testing.T) {
	cases, err := policytest.Load("../testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	explained := 0
	for _, c := range cases {
		request, err := c.Request.Request()
		if err != nil {
			continue // a server answers such a request itself
		}
		request.RemoteAddr = "127.0.0.1:1"
		outcome, err := policytest.Runner{Open: open}.Run(c)
		if err != nil || len(outcome.Decisions) != 1 {
			continue
		}
		explained++
		t.Run(c.Name, func(t *testing.T) { compare(t, c, request, outcome) })
	}
	if explained < len(cases)*9/10 {
		t.Errorf("only %d of %d cases were explained", explained, len(cases))
	}
}

func open(s policytest.Setup) (http.Handler, error) {
	gate, err := gateOf(s.Policy, middleware.Options{
		OnDecision: func(_ *http.Request, d middleware.Decision) { s.Decided(d) },
	})
	if err != nil {
		return nil, err
	}
	return gate.Wrap(s.Backend), nil
}

func gateOf(text []byte, options middleware.Options) (*middleware.Gate, error) {
	p, err := policy.Parse(text)
	if err != nil {
		return nil, err
	}
	return middleware.New(p, options)
}

func compare(t *testing.T, c policytest.Case, request *http.Request, outcome policytest.Outcome) {
	gate, err := gateOf(c.Policy, middleware.Options{})
	if err != nil {
		t.Fatal(err)
	}
	forwarded, e := gate.Explain(request)
	if got, want := timeless(t, e.Decision), timeless(t, outcome.Decisions[0]); !reflect.DeepEqual(got, want) {
		t.Errorf("explained %v, happened %v", got, want)
	}
	if len(outcome.Received) == 1 {
		body, err := io.ReadAll(forwarded.Body)
		if err != nil || !bytes.Equal(body, outcome.Received[0].Body) {
			t.Errorf("explained body %q, %v; happened %q", body, err, outcome.Received[0].Body)
		}
	}
	checkRoutes(t, e)
	checkCaller(t, e)
	checkAttributes(t, e)
}

func timeless(t *testing.T, decision any) map[string]any {
	t.Helper()
	text, err := json.Marshal(decision)
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]any
	if err := json.Unmarshal(text, &members); err != nil {
		t.Fatal(err)
	}
	delete(members, "duration")
	return members
}

func checkRoutes(t *testing.T, e middleware.Explanation) {
	t.Helper()
	guarding := 0
	for _, r := range e.Routes {
		if r.Guards {
			guarding++
		}
		if r.Why == "" || strings.HasSuffix(r.Why, ": ") {
			t.Errorf("nothing is said of a route")
		}
	}
	override := e.Decision.Refusal != nil && e.Decision.Refusal.Code == middleware.MethodOverride
	unguarded := e.Decision.Outcome == middleware.Passed || e.Decision.Outcome == middleware.Answered
	if guarding > 1 || (guarding == 1) == unguarded && !override {
		t.Errorf("%d routes guard a request that was %s", guarding, e.Decision.Outcome)
	}
}

func checkCaller(t *testing.T, e middleware.Explanation) {
	t.Helper()
	code := codeOf(e)
	if (e.TokenError != nil) != (code == middleware.TokenMissing || code == middleware.InvalidRequest ||
		code == middleware.InvalidToken && e.Claims == nil || code == middleware.VerifierUnavailable) {
		t.Errorf("%s with the token error %v", code, e.TokenError)
	}
	lacks := false
	for _, s := range e.Scopes {
		lacks = lacks || !s.Held
	}
	if code == middleware.InsufficientScope && !lacks {
		t.Errorf("%s, but all scopes are held: %v", code, e.Scopes)
	}
	if e.Decision.Outcome == middleware.Admitted && (e.Claims == nil || e.Claims.Subject != e.Decision.Subject) {
		t.Errorf("admitted with the claims %v", e.Claims)
	}
}

func codeOf(e middleware.Explanation) middleware.Code {
	if e.Decision.Refusal == nil {
		return ""
	}
	return e.Decision.Refusal.Code
}

// TestABodyIsExplainedOnlyIfItWasRead holds so for the refusals that no policy leads to.
func TestABodyIsExplainedOnlyIfItWasRead(t *testing.T) {
	var asked []middleware.Decision
	_, e := limitedGate(t, "enforce", &asked).Explain(put(unread{t}, "Bearer token"))
	if codeOf(e) != middleware.RateLimited || e.BodyRead || e.Claims == nil {
		t.Errorf("a limited caller: %+v", e)
	}
	_, e = limitedGate(t, "enforce", nil).Explain(put(late{}, "Bearer token"))
	if codeOf(e) != middleware.BodyTimeout || !e.BodyRead || len(e.Attributes) > 0 {
		t.Errorf("a late body: %+v", e)
	}
}

func checkAttributes(t *testing.T, e middleware.Explanation) {
	t.Helper()
	names, renamed, rewritten, dropped := []string(nil), 0, 0, 0
	for _, a := range e.Attributes {
		last := a.Key
		if len(a.Naming) > 0 {
			last = a.Naming[len(a.Naming)-1].Result
		}
		if a.Name != "" && last != a.Name {
			t.Errorf("the steps of naming lead from %q to %q, not %q", a.Key, last, a.Name)
		}
		if a.Name != "" && !a.Dropped {
			names = append(names, a.Name)
		}
		count(a.Dropped, &dropped)
		count(a.Renamed && !a.Dropped, &renamed)
		count((a.Rewritten || a.NewType != "") && !a.Dropped, &rewritten)
	}
	d := e.Decision
	if !reflect.DeepEqual(names, d.Names) && len(names)+len(d.Names) > 0 {
		t.Errorf("the attributes have the names %q, the decision %q", names, d.Names)
	}
	if d.Refusal == nil && (renamed != d.Renamed || rewritten != d.Rewritten || dropped != d.Dropped) {
		t.Errorf("%d renamed, %d rewritten, %d dropped; the decision has %+v", renamed, rewritten, dropped, d)
	}
}

func count(add bool, to *int) {
	if add {
		*to++
	}
}

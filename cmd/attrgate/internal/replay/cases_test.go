package replay_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/replay"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policytest"
)

// otherwise lists the cases that a replay cannot judge as the gate does, with the reason.
func otherwise() map[string]string {
	const (
		proof   = "a log holds no certificate and no key: whoever sent a bound token is taken to have had it"
		offline = "nobody is asked: the claims are believed"
	)
	return map[string]string{
		"bound-token-with-two-proofs-in-one-header":   proof,
		"certificate-bound-token-without-certificate": proof,
		"certificate-header-from-anyone-is-not-read":  proof,
		"issuer-away-is-no-fault-of-the-token":        offline,
	}
}

// TestTheCasesFareAsTheyDoAtTheGate replays the request of each case under its policy, from
// a .http file and from a line of a log, and compares the outcome and the code.
func TestTheCasesFareAsTheyDoAtTheGate(t *testing.T) {
	cases, err := policytest.Load("../../../../testdata/cases")
	must(t, err)
	for _, c := range cases {
		if c.Decision == nil {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			var want middleware.Decision
			must(t, json.Unmarshal(c.Decision, &want))
			options := replay.Options{Policy: parse(t, string(c.Policy)), Workers: 1}
			differs := difference(run(t, options, "case.jsonl", lines(t, recorded(c.Request))), want)
			if !timed(c.Name) {
				differs += difference(run(t, options, "case.http", string(c.Request.Bytes())), want)
			}
			if reason, known := otherwise()[c.Name]; known != (differs != "") {
				t.Errorf("%s; the reason to differ: %q", differs, reason)
			}
		})
	}
}

// timed tells whether a case is about the time, which a file does not hold: its token is taken
// to have been good.
func timed(name string) bool {
	return strings.Contains(name, "expired") || strings.Contains(name, "not-yet-valid")
}

// recorded is a line of a log for a request of now.
func recorded(m policytest.Message) record {
	var header [][]string
	for _, name := range m.Names() {
		for _, value := range m.Values(name) {
			header = append(header, []string{name, value})
		}
	}
	target := strings.Fields(m.Start())[1]
	r := record{Time: time.Now().Format(time.RFC3339), Method: m.Method(), Path: target, Headers: header, Base64: m.Body}
	if len(m.Body) == 0 {
		r.Body = ""
	}
	return r
}

// difference is what is not as it should be; empty if nothing is.
func difference(got *replay.Report, want middleware.Decision) string {
	outcomes := map[middleware.Outcome]int64{
		middleware.Passed: got.After.Passed, middleware.Admitted: got.After.Admitted, middleware.Refused: got.After.Refused,
		middleware.Reported: got.After.Reported, middleware.Answered: got.After.Answered,
	}
	if got.Requests != 1 || outcomes[want.Outcome] != 1 {
		return fmt.Sprintf("got %+v %+v, want %s\n", got.After, got.Unread.First, want.Outcome)
	}
	if want.Refusal == nil {
		return ""
	}
	var rules []string
	for _, v := range want.Refusal.Violations {
		rules = append(rules, v.Name+" "+v.Rule)
	}
	for _, cause := range got.Refused.Causes {
		found := slices.Contains(rules, cause.Name+" "+cause.Rule) || (cause.Rule == "" && rules == nil)
		if cause.Code != string(want.Refusal.Code) || !found {
			return fmt.Sprintf("got %+v, want %+v\n", cause, want.Refusal)
		}
	}
	return ""
}

package cli_test

import (
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/cli"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

func noon() time.Time {
	return time.Date(2025, 3, 4, 12, 0, 0, 5e6, time.FixedZone("", 3600))
}

// refused is a decision on a request whose every part tries to get into the log.
func refused() middleware.Decision {
	return middleware.Decision{
		Outcome: middleware.Refused, Route: "custom-info", Mode: "enforce", Subject: "crm\n\x1b[31mroot", Duration: 1500 * time.Microsecond,
		Refusal: &middleware.Refusal{Status: 422, Code: middleware.InvalidAttributes, Violations: []policy.Violation{
			{Name: "Order ID", Rule: "type", Key: "secret-key", Pointer: "/secret-key"},
			{Rule: "body.shape"},
			{Name: strings.Repeat("é", 100), Rule: "type"},
		}},
	}
}

func TestDecisionLines(t *testing.T) {
	many := middleware.Decision{Outcome: middleware.Admitted, Route: "r", Names: strings.Split("abcdefghijklmn", "")}
	reported := refused()
	reported.Outcome, reported.Refusal.Violations = middleware.Reported, nil
	away := middleware.Decision{Outcome: middleware.Refused, Route: "r", Refusal: &middleware.Refusal{
		Code: middleware.VerifierUnavailable, Cause: "Get \"http://127.0.0.1/jwks\":\nrefused " + strings.Repeat("é", 300),
	}}
	for _, c := range []struct {
		d      middleware.Decision
		status int
		want   string
	}{
		{away, 503, `refused   503     r                verifier_unavailable    -                0 µs  "Get \"http://127.0.0.1/jwks\":\nrefused ` +
			strings.Repeat("é", 219) + `…"`},
		{refused(), 422, `refused   422     custom-info      invalid_attributes      "crm\n\x1b[31mroot"    1500 µs  "Order ID":type body.shape ` +
			strings.Repeat("é", 64) + "…:type"},
		{reported, 200, `reported  200     custom-info      invalid_attributes      "crm\n\x1b[31mroot"    1500 µs`},
		{many, 502, "admitted  502     r                -                       -                0 µs  a b c d e f g h i j and 4 more"},
		{middleware.Decision{Outcome: middleware.Passed}, 0, "passed    -       -                -                       -                0 µs"},
	} {
		if got := cli.DecisionLine(noon(), c.d, c.status, false); got != "12:00:00.005  "+c.want+"\n" {
			t.Errorf("got  %swant %s", got, c.want)
		}
	}
}

func TestADecisionLineTellsThatTheAnswerBrokeOff(t *testing.T) {
	want := "12:00:00.005  admitted  200     r                -                       -                0 µs  a (answer broken off)\n"
	if got := cli.AbortedLine(noon(), middleware.Decision{Outcome: middleware.Admitted, Route: "r", Names: []string{"a"}}, 200); got != want {
		t.Errorf("got  %swant %s", got, want)
	}
}

func TestDecisionLinesInColour(t *testing.T) {
	for outcome, want := range map[middleware.Outcome]string{
		middleware.Passed:   "passed  ",
		middleware.Admitted: "\x1b[32madmitted\x1b[0m",
		middleware.Refused:  "\x1b[31mrefused \x1b[0m",
		middleware.Reported: "\x1b[33mreported\x1b[0m",
	} {
		got := cli.DecisionLine(noon(), middleware.Decision{Outcome: outcome}, 0, true)
		if !strings.HasPrefix(got, "12:00:00.005  "+want+"  -  ") {
			t.Errorf("got %q", got)
		}
	}
}

package explanation_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/explanation"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/policytest"
)

// eachCase explains the project's own cases, offline.
func eachCase(t *testing.T, o explanation.Options, do func(*testing.T, policytest.Case, explanation.Report)) {
	t.Helper()
	cases, err := policytest.Load("../../../../testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	explained := 0
	for _, c := range cases {
		p, err := policy.Parse(c.Policy)
		request, broken := c.Request.Request()
		if err != nil || broken != nil {
			continue // the server answers it
		}
		request.RemoteAddr = "127.0.0.1:1"
		report, err := explanation.Explain(request, p, o)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		explained++
		t.Run(c.Name, func(t *testing.T) { do(t, c, report) })
	}
	if explained < len(cases)*9/10 {
		t.Errorf("only %d of %d cases were explained", explained, len(cases))
	}
}

// The cases say what the gate does. An explanation says the same, or that it would have to
// ask; and the step that it shows as failed is the last.
func TestTheExplanationAgreesWithTheCases(t *testing.T) {
	unknown := 0
	eachCase(t, explanation.Options{Now: time.Now()}, func(t *testing.T, c policytest.Case, r explanation.Report) {
		if r.Outcome == explanation.Unknown {
			unknown++
			return
		}
		goesOn := r.Outcome == "passed" || r.Outcome == "admitted" || r.Outcome == "reported"
		if goesOn != (c.Forwarded != nil) {
			t.Errorf("%s, but the case is forwarded: %v", r.Outcome, c.Forwarded != nil)
		}
		var d middleware.Decision
		if c.Decision != nil && json.Unmarshal(c.Decision, &d) == nil && string(d.Outcome) != r.Outcome {
			t.Errorf("%s, but the case is %s", r.Outcome, d.Outcome)
		}
		if d.Refusal != nil && (r.Refusal == nil || r.Refusal.Code != string(d.Refusal.Code)) {
			t.Errorf("refused as %v, but the case is %s", r.Refusal, d.Refusal.Code)
		}
		if c.Refused != nil && r.Outcome != "answered" && !strings.Contains(c.Refused.Start(), " "+status(r)+" ") {
			t.Errorf("status %s, but the case has %q", status(r), c.Refused.Start())
		}
		if f := r.Forwarded; c.Forwarded != nil && (f == nil || f.Bytes != len(c.Forwarded.Body) ||
			f.BodyChanged == bytes.Equal(c.Forwarded.Body, c.Request.Body)) {
			t.Errorf("goes on as %+v, but the case has %q", f, c.Forwarded.Body)
		}
		checkSteps(t, r)
	})
	if unknown > 5 {
		t.Errorf("%d cases would have to ask somebody", unknown)
	}
}

func status(r explanation.Report) string {
	if r.Refusal == nil {
		return "none"
	}
	text, _ := json.Marshal(r.Refusal.Status)
	return string(text)
}

func checkSteps(t *testing.T, r explanation.Report) {
	t.Helper()
	failed, over := 0, false
	for _, s := range r.Steps {
		if over != (s.Result == explanation.NotReached) {
			t.Errorf("%s is %s", s.Step, s.Result)
		}
		if s.Result == explanation.Failed {
			failed++
			over = true
		}
	}
	if (failed == 1) != (r.Refusal != nil) {
		t.Errorf("%d steps failed, with the refusal %v", failed, r.Refusal)
	}
}

// Nothing that a report says may be a value or a token.
func TestNoValueAndNoTokenIsInAReport(t *testing.T) {
	values := 0
	eachCase(t, explanation.Options{Now: time.Now()}, func(t *testing.T, c policytest.Case, r explanation.Report) {
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, header := range c.Request.Values("Authorization") {
			if parts := strings.Split(header, "."); len(parts) == 3 && strings.Contains(string(text), parts[2]) {
				t.Error("the report holds the token")
			}
		}
		for _, a := range r.Attributes {
			if a.Value.Text != nil {
				t.Errorf("the value of %s is shown", a.Key)
			}
		}
		for _, value := range valuesOf(c.Request.Body) {
			if strings.Contains(string(c.Policy), value) {
				continue // the policy says it
			}
			values++
			if strings.Contains(string(text), value) {
				t.Errorf("the report holds the value %q", value)
			}
		}
	})
	if values < 50 {
		t.Errorf("only %d values were looked for", values)
	}
}

// valuesOf lists the longer strings that are values of attributes.
func valuesOf(body []byte) (values []string) {
	var list []struct{ Value any }
	var object struct {
		CustomerInfo map[string]any `json:"customer_info"`
	}
	_ = json.Unmarshal(body, &list) // one of the two shapes, or none
	_ = json.Unmarshal(body, &object)
	for _, element := range list {
		values = append(values, long(element.Value)...)
	}
	for _, value := range object.CustomerInfo {
		values = append(values, long(value)...)
	}
	return values
}

func long(value any) []string {
	if text, ok := value.(string); ok && len(text) >= 6 && len(text) < 200 {
		return []string{text}
	}
	return nil
}

func TestValuesAreShownOnDemand(t *testing.T) {
	shown := 0
	eachCase(t, explanation.Options{Now: time.Now(), ShowValues: true}, func(t *testing.T, _ policytest.Case, r explanation.Report) {
		for _, a := range r.Attributes {
			if a.Value.Text == nil {
				t.Errorf("the value of %s is not shown", a.Key)
			}
			shown++
		}
	})
	if shown < 100 {
		t.Errorf("%d values were shown", shown)
	}
}

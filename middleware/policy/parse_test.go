package policy_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/middleware/policy"
)

func TestParseReadsEveryKindOfField(t *testing.T) {
	p, err := policy.Parse([]byte(`{
		"issuers": [{"issuer": "https://idp.example.com", "audiences": ["a", "b"]}],
		"routes": [{"api": "salesiq-custom-info", "keys": {"unwrap": false}, "allowNull": true,
			"limits": {"bodyBytes": 100, "depth": 3}}]
	}`))
	if err != nil {
		t.Fatal(err)
	}
	r := p.Routes[0]
	if !reflect.DeepEqual(p.Issuers[0].Audiences, []string{"a", "b"}) || *r.Keys.Unwrap || !r.AllowNull ||
		r.Limits.BodyBytes != 100 || r.Limits.Depth != 3 {
		t.Errorf("read %+v", p)
	}
}

func TestParseReportsAllProblemsWithPaths(t *testing.T) {
	_, err := policy.Parse([]byte(`{
		"isuers": [{"a": {"b": [1]}}],
		"lookalikes": 5,
		"routes": [{"mode": "report", "mode": "enforce"}, {"limits": {"depth": "3", "bodyBytes": 1.5}}, 7],
		"staticTokens": {}
	}`))
	want := []string{
		`isuers: unknown field; did you mean "issuers"?`,
		`lookalikes: must be a string, not the number 5`,
		`routes[0].mode: given twice`,
		`routes[1].limits.depth: must be a whole number, not a string`,
		`routes[1].limits.bodyBytes: must be a whole number, not the number 1.5`,
		`routes[2]: must be an object, not the number 7`,
		`staticTokens: must be a list, not an object`,
	}
	if err == nil || err.Error() != strings.Join(want, "\n") {
		t.Errorf("got:\n%v\nwant:\n%v", err, strings.Join(want, "\n"))
	}
}

func TestParseRefusesWhatIsNotOneDocument(t *testing.T) {
	for input, want := range map[string]string{
		"":              "the policy is empty",
		"{\n\"a\": }":   "not JSON: line 2",
		"{} {}":         "after top-level value",
		`["x"]`:         "must be an object, not a list",
		`{"Routes":[]}`: `did you mean "routes"?`,
	} {
		_, err := policy.Parse([]byte(input))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", input, err, want)
		}
	}
}

func TestUnknownFieldsOfTraefik(t *testing.T) {
	p := policy.Policy{
		Extra:  map[string]any{"zzz": 1, "rotues": 2},
		Routes: []policy.Route{{Keys: policy.Keys{Extra: map[string]any{"unwrp": true}}}},
	}
	var ps policy.Problems
	p.UnknownFields(&ps)
	var paths []string
	for _, problem := range ps {
		paths = append(paths, problem.Path)
	}
	if !reflect.DeepEqual(paths, []string{"rotues", "zzz", "routes[0].keys.unwrp"}) {
		t.Errorf("got %v", ps)
	}
}

func TestExpandFillsWhatIsLeftOut(t *testing.T) {
	p := policy.Policy{Routes: []policy.Route{
		{API: policy.SalesIQCustomInfo, Scopes: []string{"x"}},
		{API: policy.ExpertFlowChannelSession, Match: "PUT /ccm/sessions/{id}/data"},
		{Match: "PUT /x"},
	}}.Expand()
	if p.Routes[0].Scopes[0] != "x" || !*p.Routes[0].Keys.Unwrap || len(p.Routes[0].Variables) != 2 {
		t.Errorf("salesiq: %+v", p.Routes[0])
	}
	if p.Routes[1].Limits.Attributes != 10 || len(p.Routes[1].Variables) != 0 {
		t.Errorf("expertflow: %+v", p.Routes[1])
	}
	if p.Routes[2].Keys.Unwrap != nil || p.Routes[2].Limits.Attributes != 50 || p.Routes[2].Name != "PUT /x" {
		t.Errorf("own: %+v", p.Routes[2])
	}
	if got := (policy.Policy{}).Expand().Routes; len(got) != 2 {
		t.Errorf("no routes became %d, want both built-in ones", len(got))
	}
}

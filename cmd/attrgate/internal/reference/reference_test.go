package reference_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/reference"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policytest"
)

func fields(t *testing.T) map[string]reference.Field {
	t.Helper()
	file, err := reference.Read("../../../..")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]reference.Field{}
	file.Each(func(f *reference.Field) { found[f.Path] = *f })
	return found
}

func TestTheCompletePolicyHasNoProblem(t *testing.T) {
	file := policyfile.Parse("complete.yaml", reference.Complete)
	_, err := middleware.New(file.Policy, middleware.Options{})
	if err := file.Problems(err); err != nil {
		t.Error(err)
	}
}

// The complete policy leaves out what its other fields exclude, and nothing else.
func TestEveryFieldHasAnExampleAndADescription(t *testing.T) {
	excluded := []string{"gateway.redis.password", "gateway.redis.passwordEnv"}
	for path, f := range fields(t) {
		if (f.Example == "") != (slices.Contains(excluded, path) || f.Kind == reference.Object) {
			t.Errorf("%s: the example is %q", path, f.Example)
		}
		if !strings.Contains(f.Doc, " ") || strings.Contains(f.Doc, "\n") {
			t.Errorf("%s: described as %q", path, f.Doc)
		}
	}
}

func TestWhatIsKnownOfFields(t *testing.T) {
	known := fields(t)
	for path, holds := range map[string]func(reference.Field) bool{
		"issuers[].issuer": func(f reference.Field) bool { return f.URL && f.Required && f.Or == nil },
		"issuers[].leeway": func(f reference.Field) bool { return f.Duration && f.Default == `"30s"` },
		"issuers[].algorithms[]": func(f reference.Field) bool {
			return f.List && len(f.Words) == 13 && strings.Contains(f.Default, "PS256")
		},
		"issuers[].secret": func(f reference.Field) bool { return !f.Required && f.Default == "" },
		"introspection[].clientSecret": func(f reference.Field) bool {
			return slices.Equal(f.Or, []string{"clientSecretEnv", "clientSecretFile"})
		},
		"routes[].match":                        func(f reference.Field) bool { return slices.Equal(f.Or, []string{"api"}) },
		"routes[].attributes[].type":            func(f reference.Field) bool { return strings.HasPrefix(f.Pattern, "^(String[1-9][0-9]*|") },
		"routes[].keys.style":                   func(f reference.Field) bool { return len(f.Words) == 8 && f.Default == `"preserve"` },
		"routes[].keys.unwrap":                  func(f reference.Field) bool { return f.Kind == reference.Boolean && f.Default == "" },
		"routes[].body.typeMember":              func(f reference.Field) bool { return f.Default == `"type"` },
		"routes[].forward.credentials.window":   func(f reference.Field) bool { return f.Default == `"10m"` },
		"routes[].limits.depth":                 func(f reference.Field) bool { return f.Natural && f.Most == 1000 && f.Default == "16" },
		"routes[].keys.aliases[].to":            func(f reference.Field) bool { return f.Required },
		"rememberedTokens":                      func(f reference.Field) bool { return f.Natural && f.Most == 1<<24 && f.Default == "65536" },
		"lookalikes":                            func(f reference.Field) bool { return slices.Equal(f.Words, []string{"refuse", "dangerouslyPass"}) },
		"gateway.limits.headerBytes":            func(f reference.Field) bool { return f.Natural && f.Default == "65536" },
		"gateway.upstreams[].outliers.failures": func(f reference.Field) bool { return !f.Natural && f.Default == "5" },
		"gateway.rateLimits[].requests":         func(f reference.Field) bool { return f.Required },
	} {
		if f, there := known[path]; !there || !holds(f) {
			t.Errorf("%s: %+v", path, f)
		}
	}
}

// What the source says of refusals is what the project's cases show.
func TestRefusalsAreThoseOfTheCases(t *testing.T) {
	refusals, err := reference.Refusals("../../../..")
	if err != nil {
		t.Fatal(err)
	}
	cases, err := policytest.Load("../../../../testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, c := range cases {
		var d middleware.Decision
		if c.Refused == nil || c.Decision == nil || json.Unmarshal(c.Decision, &d) != nil || d.Refusal == nil {
			continue
		}
		i := slices.IndexFunc(refusals, func(r *reference.Refusal) bool { return r.Code == string(d.Refusal.Code) })
		if i < 0 {
			t.Errorf("%s: %s is not known", c.Name, d.Refusal.Code)
			continue
		}
		r := refusals[i]
		seen[r.Code] = true
		head := strings.Join(c.Refused.Head, "\n")
		if !strings.Contains(head, " "+strconv.Itoa(r.Status)+" ") || strings.Contains(head, "Www-Authenticate:") != r.Challenge ||
			(r.Error != "") != strings.Contains(head, `error="`) || !strings.Contains(head, r.Error) || strings.Contains(head, "Retry-After:") != r.RetryAfter {
			t.Errorf("%s: %+v, and the answer is\n%s", c.Name, *r, head)
		}
	}
	if len(refusals) < 17 || len(seen) < len(refusals)-3 { // those that no single request shows are left
		t.Errorf("of %d codes, cases show %d", len(refusals), len(seen))
	}
}

func TestCommentsAreInTheWordsOfAPolicy(t *testing.T) {
	known := fields(t)
	for path, want := range map[string]string{
		"issuers[].keys[]":         "If empty, the keys come from jwksURL.",
		"introspection[].url":      "url is the introspection endpoint: an https URL",
		"routes[].api":             "salesiq-custom-info or expertflow-channel-session",
		"routes[].keys.unwrap":     "If left out, true",
		"routes[].schemes[]":       "those have the scheme DPoP",
		"gateway.rateLimits[].per": "per is that time",
	} {
		if got := known[path].Doc; !strings.Contains(got, want) {
			t.Errorf("%s: %q has no %q", path, got, want)
		}
	}
}

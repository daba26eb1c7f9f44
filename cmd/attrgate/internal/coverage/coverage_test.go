package coverage_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/coverage"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// under returns a policy with one route, which two tokens may call: "all", and "half" with
// the scope one alone.
func under(route policy.Route) policy.Policy {
	route.Name, route.Match = "route", "PUT /{id}"
	route.Variables = []policy.Variable{{Name: "id", Pattern: "[0-9]+"}}
	if route.Body.Shape == "" {
		route.Body.Shape = "object"
	}
	return policy.Policy{
		StaticTokens: []policy.StaticToken{static("all", "one", "two"), static("half", "one")},
		Routes:       []policy.Route{route},
	}
}

func static(token string, scopes ...string) policy.StaticToken {
	digest := sha256.Sum256([]byte(token))
	return policy.StaticToken{SHA256: hex.EncodeToString(digest[:]), Subject: token, Scopes: scopes}
}

// sent makes cases of requests, each "PATH TOKEN BODY".
func sent(t *testing.T, p policy.Policy, requests ...string) []coverage.Case {
	t.Helper()
	var cases []coverage.Case
	for _, text := range requests {
		run, err := decide(p, text)
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, coverage.Case{Decisions: run.Decisions, Rerun: func(p policy.Policy) (coverage.Run, error) {
			return decide(p, text)
		}})
	}
	return cases
}

func decide(p policy.Policy, text string) (coverage.Run, error) {
	words := strings.SplitN(text, " ", 3)
	gate, err := middleware.New(p, middleware.Options{})
	if err != nil {
		return coverage.Run{}, err
	}
	request, err := http.NewRequest(http.MethodPut, "http://localhost"+words[0], strings.NewReader(words[2]))
	if err != nil {
		return coverage.Run{}, err
	}
	request.Header.Set("Authorization", "Bearer "+words[1])
	request.Header.Set("Content-Type", "application/json")
	forwarded, d := gate.Admit(request)
	body, err := io.ReadAll(forwarded.Body)
	return coverage.Run{Decisions: []middleware.Decision{d}, Forwarded: string(body)}, err
}

// those returns what was reached, or what was not, of the items whose names begin so.
func those(items []coverage.Item, reached bool, prefix string) []string {
	var found []string
	for _, item := range items {
		if item.Reached == reached && strings.HasPrefix(item.What, prefix) {
			found = append(found, strings.TrimPrefix(item.What, prefix))
		}
	}
	return found
}

func TestRules(t *testing.T) {
	p := under(policy.Route{Attributes: []policy.Attribute{
		{Name: "Model", Type: "String50", Required: true, MaxLength: 5},
		{NamePattern: "M.*", Values: []string{"a"}},
		{Name: "Never", Pattern: "x"},
	}})
	items := coverage.Of(p, sent(t, p, `/1 all {"Model": "a", "More": "b"}`, `/1 all {"Model": "long enough"}`, `/1 all {"Model": "a"}`))
	want := []string{"[0] Model: kept", "[0] Model: maxLength broken", "[1] M.*: values broken"}
	if got := those(items, true, "attributes"); !slices.Equal(got, want) {
		t.Errorf("reached: got %q, want %q", got, want)
	}
	want = []string{"[0] Model: required broken", "[0] Model: type broken", "[1] M.*: kept", "[2] Never: kept", "[2] Never: pattern broken"}
	if got := those(items, false, "attributes"); !slices.Equal(got, want) {
		t.Errorf("not reached: got %q, want %q", got, want)
	}
}

func TestSettings(t *testing.T) {
	for name, c := range map[string]struct {
		route    policy.Route
		requests []string
		want     []string // reached, of those that there are
		missing  []string
	}{
		"an alias that is used, and one that is not": {
			policy.Route{Keys: policy.Keys{Aliases: []policy.Alias{{From: "a", To: "b"}, {From: "c", To: "d"}}}},
			[]string{`/1 all {"a": 1}`}, []string{"keys.aliases[0]"}, []string{"keys.aliases[1]"},
		},
		"a reserved name that is sent": {
			policy.Route{Keys: policy.Keys{Reserved: []string{"email", "phone"}}},
			[]string{`/1 all {"E Mail": 1}`}, []string{"keys.reserved[0]"}, []string{"keys.reserved[1]"},
		},
		"a style that changes nothing that is sent": {
			policy.Route{Keys: policy.Keys{Style: "lower"}}, []string{`/1 all {"a": 1}`}, nil, []string{"keys.style"},
		},
		"a style that does": {
			policy.Route{Keys: policy.Keys{Style: "lower"}}, []string{`/1 all {"A": 1}`}, []string{"keys.style"}, nil,
		},
		"what a default says is not asked for": {
			policy.Route{Unknown: "allow", Nested: "leaves", Types: "strict"}, []string{`/1 all {"A": 1}`}, nil, nil,
		},
		"the scope that somebody lacks": {
			policy.Route{Scopes: []string{"one", "two"}},
			[]string{`/1 all {"A": 1}`, `/1 half {"A": 1}`}, []string{"scopes[1]"}, []string{"scopes[0]"},
		},
		"a scope that is alone": {policy.Route{Scopes: []string{"one"}}, []string{`/1 half {"A": 1}`}, nil, nil},
		"a limit": {
			policy.Route{Limits: policy.Limits{Attributes: 1, NameLength: 2}},
			[]string{`/1 all {"A": 1, "B": 2}`}, []string{"limits.attributes"}, []string{"limits.nameLength"},
		},
		"another body": {policy.Route{Coerce: true, Attributes: []policy.Attribute{{Name: "A", Type: "String5"}}},
			[]string{`/1 all {"A": 1}`}, []string{"coerce"}, nil},
	} {
		p := under(c.route)
		items := coverage.Of(p, sent(t, p, c.requests...))
		for _, reached := range []bool{true, false} {
			want, got := c.want, []string(nil)
			if !reached {
				want = c.missing
			}
			for _, what := range those(items, reached, "") {
				if setting, is := strings.CutSuffix(what, ": needed"); is {
					got = append(got, setting)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: reached %t: got %q, want %q", name, reached, got, want)
			}
		}
	}
}

// A case that ends in another way the second time says nothing about settings.
func TestCasesThatCannotBeRepeated(t *testing.T) {
	p := under(policy.Route{Keys: policy.Keys{Style: "lower"}})
	cases := sent(t, p, `/1 all {"A": 1}`)
	run := ""
	cases[0].Rerun = func(policy.Policy) (coverage.Run, error) { run += "x"; return coverage.Run{Forwarded: run}, nil }
	if got := those(coverage.Of(p, cases), true, "keys"); len(got) != 0 {
		t.Errorf("reached: %q", got)
	}
}

func TestRefusals(t *testing.T) {
	p := under(policy.Route{Scopes: []string{"two"}})
	items := coverage.Of(p, sent(t, p, `/x all {}`, `/1 half {}`, `/1 all {`, `/1 nobody {}`, `//1 all {}`, `/1 all []`))
	want := []string{"ambiguous_path", "invalid_path, id", "invalid_token", "insufficient_scope", "malformed_json", "invalid_shape"}
	if got := those(items, true, "refused: "); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	want = []string{"method_override", "token_missing", "invalid_request", "unsupported_media_type", "too_large", "invalid_attributes"}
	if got := those(items, false, "refused: "); !slices.Equal(got, want) {
		t.Errorf("not reached: got %q, want %q", got, want)
	}
}

func TestRefusalsThatOnlySomePoliciesHave(t *testing.T) {
	p := under(policy.Route{SenderConstraint: "require"})
	p.Lookalikes = "dangerouslyPass"
	p.Issuers = []policy.Issuer{{Issuer: "https://idp.example.com", Audiences: []string{"a"}}}
	p.Routes[0].Forward.Credentials = policy.Credentials{TokenURL: "https://idp.example.com/token", ClientID: "gate", ClientSecret: "example"}
	got := those(coverage.Of(p, nil), false, "refused: ")
	for code, want := range map[string]bool{
		"ambiguous_path": false, "insufficient_scope": false,
		"invalid_dpop_proof": true, "verifier_unavailable": true, "credentials_unavailable": true,
	} {
		if slices.Contains(got, code) != want {
			t.Errorf("%s: in %q", code, got)
		}
	}
}

func TestPercent(t *testing.T) {
	for want, items := range map[float64][]coverage.Item{
		100: nil,
		50:  {{Reached: true}, {}},
		0:   {{}},
	} {
		if got := coverage.Percent(items); got != want {
			t.Errorf("%v: got %g", items, got)
		}
	}
}

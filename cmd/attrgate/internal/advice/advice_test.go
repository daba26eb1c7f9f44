package advice_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/advice"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/middleware/policy"
)

// on returns what is said about one field of a policy.
func on(p policy.Policy, path string) string {
	for _, found := range advice.On(p) {
		if found.Path == path {
			return found.Message
		}
	}
	return ""
}

func TestRulesThatNoNameMeets(t *testing.T) {
	yes, no := true, false
	for _, c := range []struct {
		keys policy.Keys
		rule policy.Attribute
		want string // empty: some name meets it
	}{
		{policy.Keys{}, policy.Attribute{Name: "Model"}, ""},
		{policy.Keys{Style: "snake"}, policy.Attribute{Name: "Model"}, `it becomes "model"`},
		{policy.Keys{Style: "snake"}, policy.Attribute{Name: "order_id"}, ""},
		{policy.Keys{Style: "pascal"}, policy.Attribute{Name: "order_id"}, `it becomes "OrderId"`},
		{policy.Keys{}, policy.Attribute{Name: "a  b"}, `it becomes "a b"`},
		{policy.Keys{}, policy.Attribute{Name: "a|b"}, "keys.allowed wants"},
		{policy.Keys{Allowed: "[a-z]+"}, policy.Attribute{Name: "Model"}, "keys.allowed wants"},
		{policy.Keys{Aliases: []policy.Alias{{From: "model_name", To: "Model"}}}, policy.Attribute{Name: "model_name"}, `it becomes "Model"`},
		{policy.Keys{Aliases: []policy.Alias{{From: "model_name", To: "Model"}}}, policy.Attribute{Name: "Model"}, ""},
		{policy.Keys{Reserved: []string{"E-Mail"}}, policy.Attribute{Name: "e-mail"}, "keys.reserved wants"},
		{policy.Keys{Reserved: []string{"E-Mail"}, OnReserved: "allow"}, policy.Attribute{Name: "e-mail"}, ""},
		{policy.Keys{Reserved: []string{"email"}, OnReserved: "prefix"}, policy.Attribute{Name: "email"}, `it becomes "custom_email"`},
		{policy.Keys{Unwrap: &yes}, policy.Attribute{Name: "%visitor.custominfo.Model%"}, `it becomes "Model"`},
		{policy.Keys{Unwrap: &no}, policy.Attribute{Name: "%visitor.custominfo.Model%"}, ""},

		{policy.Keys{Style: "lower"}, policy.Attribute{NamePattern: "Order.*"}, "no attribute can have such a name"},
		{policy.Keys{Style: "lower"}, policy.Attribute{NamePattern: "(?i)Order.*"}, ""},
		{policy.Keys{Style: "lower"}, policy.Attribute{NamePattern: "[A-Z]{2,3}-.*"}, "no attribute can have such a name"},
		{policy.Keys{Style: "lower"}, policy.Attribute{NamePattern: "[A-Z]?.*"}, ""},
		{policy.Keys{Style: "lower"}, policy.Attribute{NamePattern: "(A|B)+"}, "no attribute can have such a name"},
		{policy.Keys{Style: "lower"}, policy.Attribute{NamePattern: "(Ab|bc)"}, ""},
		{policy.Keys{Style: "snake"}, policy.Attribute{NamePattern: "order-.*"}, "no attribute can have such a name"},
		{policy.Keys{Style: "camel"}, policy.Attribute{NamePattern: "order[A-Z].*"}, ""},
		{policy.Keys{Style: "title"}, policy.Attribute{NamePattern: "Order .*"}, ""},
		{policy.Keys{}, policy.Attribute{NamePattern: `a\|b`}, "no attribute can have such a name"},
	} {
		p := policy.Policy{Routes: []policy.Route{{
			Match: "PUT /x", Scopes: []string{"x"}, Body: policy.Body{Shape: "object"}, Keys: c.keys, Attributes: []policy.Attribute{c.rule},
		}}}
		got := on(p, "routes[0].attributes[0].name") + on(p, "routes[0].attributes[0].namePattern")
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%+v, rule %s%s: got %q, want %q", c.keys, c.rule.Name, c.rule.NamePattern, got, c.want)
		}
	}
}

func TestPatternsBehindOthers(t *testing.T) {
	p := policy.Policy{Routes: []policy.Route{{
		Match: "PUT /x", Body: policy.Body{Shape: "object"},
		Attributes: []policy.Attribute{{NamePattern: "a.*"}, {NamePattern: "a.*"}, {NamePattern: ".+"}, {NamePattern: "b.*"}, {Name: "c"}},
	}}}
	for path, want := range map[string]bool{
		"routes[0].attributes[0].namePattern": false,
		"routes[0].attributes[1].namePattern": true,
		"routes[0].attributes[2].namePattern": false,
		"routes[0].attributes[3].namePattern": true,
		"routes[0].attributes[4].name":        false,
	} {
		if got := on(p, path); (got != "") != want {
			t.Errorf("%s: %q", path, got)
		}
	}
}

const (
	p256    = `{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}`
	ed25519 = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----"
)

func TestAlgorithms(t *testing.T) {
	for _, c := range []struct {
		issuer policy.Issuer
		want   []string // for each of the algorithms, a part of what is said; empty: nothing
	}{
		{policy.Issuer{Algorithms: []string{"RS256"}}, []string{""}},
		{policy.Issuer{Algorithms: []string{"RS256", "RS512"}}, []string{"", ""}},
		{policy.Issuer{Algorithms: []string{"ES256", "RS512"}}, []string{"", "weaker than ES256"}},
		{policy.Issuer{Algorithms: []string{"RS512", "EdDSA"}}, []string{"weaker than EdDSA", ""}},
		{policy.Issuer{Algorithms: []string{"RS256", "none"}}, []string{"", ""}},
		{policy.Issuer{Algorithms: []string{"ES256", "ES384"}, Keys: []string{p256}}, []string{"", "none of the pinned keys"}},
		{policy.Issuer{Algorithms: []string{"ES256", "EdDSA"}, Keys: []string{p256, ed25519}}, []string{"", ""}},
		{policy.Issuer{Algorithms: []string{"EdDSA"}, Keys: []string{p256}}, []string{"none of the pinned keys"}},
	} {
		p := policy.Policy{Issuers: []policy.Issuer{c.issuer}}
		for i, want := range c.want {
			got := on(p, "issuers[0].algorithms["+string(rune('0'+i))+"]")
			if (got == "") != (want == "") || !strings.Contains(got, want) {
				t.Errorf("%v, element %d: got %q, want %q", c.issuer.Algorithms, i, got, want)
			}
		}
	}
}

func TestKeysThatAreOverTooEarly(t *testing.T) {
	for _, c := range []struct{ fresh, stale, floor, want string }{
		{"", "", "", ""},
		{"1s", "", "1h", ""},
		{"1s", "0", "1s", ""},
		{"1s", "0", "", "for 9s of 10s every token"},
		{"", "0", "1h", "for 55m0s of 1h0m0s every token"},
		{"x", "0", "10s", ""},
	} {
		p := policy.Policy{Issuers: []policy.Issuer{{KeysFreshFor: c.fresh, KeysStaleFor: c.stale, KeysFloor: c.floor}}}
		if got := on(p, "issuers[0].keysFloor"); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestTokensThatAreShownToOthers(t *testing.T) {
	issuers := []policy.Issuer{{Issuer: "https://idp.example.com/realms/cx"}}
	own, other := policy.Introspection{URL: "https://idp.example.com/introspect"}, policy.Introspection{URL: "https://other.example.com/introspect"}
	for _, c := range []struct {
		policy policy.Policy
		path   string
		want   bool
	}{
		{policy.Policy{Issuers: issuers, Introspect: "first", Introspection: []policy.Introspection{own}}, "introspect", false},
		{policy.Policy{Issuers: issuers, Introspect: "first", Introspection: []policy.Introspection{other}}, "introspect", true},
		{policy.Policy{Issuers: issuers, Introspection: []policy.Introspection{other}}, "introspect", false},
		{policy.Policy{Introspection: []policy.Introspection{own, own}}, "introspection[1].url", false},
		{policy.Policy{Introspection: []policy.Introspection{own, other}}, "introspection[1].url", true},
	} {
		if got := on(c.policy, c.path); (got != "") != c.want {
			t.Errorf("%+v: %q", c.policy, got)
		}
	}
}

func TestBackendsOfOthers(t *testing.T) {
	kept := []policy.Route{{API: policy.SalesIQCustomInfo}}
	stripped := []policy.Route{{API: policy.SalesIQCustomInfo, Forward: policy.Forward{Token: "strip"}}}
	replaced := []policy.Route{{API: policy.SalesIQCustomInfo, Forward: policy.Forward{Credentials: policy.Credentials{TokenURL: "https://accounts.zoho.eu/oauth/v2/token"}}}}
	issuers := []policy.Issuer{{Issuer: "https://idp.example.com"}}
	for _, c := range []struct {
		routes   []policy.Route
		issuers  []policy.Issuer
		upstream config.Upstream
		want     string
	}{
		{kept, issuers, config.Upstream{URLs: []string{"https://salesiq.zoho.eu"}}, "gets the callers' tokens of example.com"},
		{kept, issuers, config.Upstream{URLs: []string{"https://api.example.com"}}, ""},
		{kept, issuers, config.Upstream{URLs: []string{"http://api.example.com"}}, "in the clear"},
		{kept, issuers, config.Upstream{URLs: []string{"http://ccm:8080"}}, ""},
		{kept, issuers, config.Upstream{URLs: []string{"http://ccm.cx.svc.cluster.local"}}, ""},
		{kept, issuers, config.Upstream{URLs: []string{"http://10.1.2.3:8080"}}, ""},
		{kept, nil, config.Upstream{URLs: []string{"https://salesiq.zoho.eu"}}, ""},
		{kept, issuers, config.Upstream{URLs: []string{"https://salesiq.zoho.eu"}, Routes: []string{"custom-info"}}, "gets the callers' tokens"},
		{kept, issuers, config.Upstream{URLs: []string{"https://salesiq.zoho.eu"}, Routes: []string{"channel-session"}}, ""},
		{stripped, issuers, config.Upstream{URLs: []string{"https://salesiq.zoho.eu"}}, ""},
		{replaced, issuers, config.Upstream{URLs: []string{"https://salesiq.zoho.eu"}}, ""},
	} {
		p := policy.Policy{Issuers: c.issuers, Routes: c.routes}
		got := ""
		for _, found := range advice.OnGateway(p, config.Gateway{Upstreams: []config.Upstream{c.upstream}}) {
			got += found.String()
		}
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%+v: got %q, want %q", c.upstream, got, c.want)
		}
	}
}

func TestTheAdminAddress(t *testing.T) {
	for address, want := range map[string]bool{"127.0.0.1:9901": false, "[::1]:9901": false, "localhost:9901": false, ":9901": true, "10.0.0.1:9901": true} {
		g := config.Gateway{Admin: config.Admin{Listen: address, Pprof: true}}
		if got := len(advice.OnGateway(policy.Policy{}, g)) > 0; got != want {
			t.Errorf("%s: warned %t", address, got)
		}
	}
}

// Whatever is called dangerous in the source of the policy's words is warned of. A new switch needs a
// line here, and its warning.
func TestEveryDangerousSwitchIsWarnedOf(t *testing.T) {
	switches := map[string]policy.Policy{
		"dangerouslyPass": {Lookalikes: "dangerouslyPass"},
	}
	for _, word := range dangerous(t) {
		p, known := switches[word]
		if !known || len(advice.On(p)) == 0 {
			t.Errorf("nothing is said of %s", word)
		}
	}
}

func dangerous(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../../../middleware/policy/*.go")
	more, again := filepath.Glob("../config/*.go")
	if err != nil || again != nil || len(files) == 0 || len(more) == 0 {
		t.Fatal("no source of the policy", err, again)
	}
	var words []string
	for _, file := range append(files, more...) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		words = append(words, regexp.MustCompile(`dangerously[A-Z]\w*`).FindAllString(string(text), -1)...)
	}
	slices.Sort(words)
	return slices.Compact(words)
}

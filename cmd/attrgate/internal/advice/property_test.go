package advice_test

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/probe"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Keys as clients send them, and rules as operators write them.
var (
	keysSent = []string{
		"a", "A", "aB", "AB", "a b", "A_b", "a-b", "a.b", "HTTPServer", "httpServer2", "x e mail", "XEMail", "Ünïcode Name", "ÜNÏ", "straße",
		"STRASSE", "ǆ", "ǅ", "ﬁ", "İstanbul", "ıi", "K", "k", "order id", "Order Id", "OrderID", "2nd", "2ND x", "%visitor.custominfo.Model%", "phone", "E-Mail",
	}
	patternsWritten = []string{
		".*", "[a-z]+", "[A-Z]+", "[A-Z][a-z]+", "[a-z]+[A-Z].*", "(?i)order.*", "(?i)k", "Order.*", "order_.*", "order-.*", "order .*", ".* Id",
		"(?:Ab|ab)", "a?b", "(?:A|B)+", "[^a]", "[0-9].*", "x{2}", "[ǅǆ]", "[ẞß].*", "(?i)ß.*", "İ.*", "[^a-z]+", ".*[A-Z]{2}.*", `\p{Lu}.*`, `\p{Ll}+`,
	}
	styles = []string{"preserve", "lower", "upper", "title", "snake", "kebab", "camel", "pascal"}
)

// What is said never to be met is met by no key.
func TestARuleThatIsMetIsNotWarnedOf(t *testing.T) {
	for _, style := range styles {
		keys := policy.Keys{Style: style, Aliases: []policy.Alias{{From: "phone", To: styledOnce(t, style, "mobile")}}}
		gate, err := probe.New(policy.Route{Keys: keys, Body: policy.Body{Shape: "object"}})
		if err != nil {
			t.Fatal(err)
		}
		never := hopeless(keys)
		if style != "preserve" && len(never) == 0 {
			t.Errorf("%s: no pattern is warned of at all", style)
		}
		for _, key := range keysSent {
			name := nameOf(t, gate, key)
			if name != "" && warns(keys, policy.Attribute{Name: name}) {
				t.Errorf("%s: %q becomes %q, and a rule for that is warned of", style, key, name)
			}
			for _, pattern := range never {
				if name != "" && pattern.MatchString(name) {
					t.Errorf("%s: %q becomes %q, which meets %s, and that is warned of", style, key, name, pattern)
				}
			}
		}
	}
}

// hopeless are the patterns that are warned of.
func hopeless(keys policy.Keys) []*regexp.Regexp {
	var found []*regexp.Regexp
	for _, pattern := range patternsWritten {
		if warns(keys, policy.Attribute{NamePattern: pattern}) {
			found = append(found, regexp.MustCompile(`^(?:`+pattern+`)$`))
		}
	}
	return found
}

func warns(keys policy.Keys, rule policy.Attribute) bool {
	p := policy.Policy{Routes: []policy.Route{{Match: "PUT /x", Body: policy.Body{Shape: "object"}, Keys: keys, Attributes: []policy.Attribute{rule}}}}
	return on(p, "routes[0].attributes[0].name")+on(p, "routes[0].attributes[0].namePattern") != ""
}

// nameOf is the name that a key gets, or nothing if it gets none.
func nameOf(t *testing.T, gate *probe.Probe, key string) string {
	t.Helper()
	quoted, err := json.Marshal(key)
	if err != nil {
		t.Fatal(err)
	}
	decision, err := gate.Ask("{" + string(quoted) + ":1}")
	if err != nil {
		t.Fatal(err)
	}
	if len(decision.Names) == 0 {
		return ""
	}
	return decision.Names[0]
}

func styledOnce(t *testing.T, style, key string) string {
	t.Helper()
	gate, err := probe.New(policy.Route{Keys: policy.Keys{Style: style}, Body: policy.Body{Shape: "object"}})
	if err != nil {
		t.Fatal(err)
	}
	return nameOf(t, gate, key)
}

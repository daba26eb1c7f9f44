package openapi

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/policytest"
)

// bodiesPerPolicy is how many random bodies are tried under each policy.
const bodiesPerPolicy = 150

// TestRandomBodies puts random bodies to the gate of every policy. What it admits is valid by
// the description.
func TestRandomBodies(t *testing.T) {
	describe := newDescriber(t)
	pool := values(t)
	random := rand.New(rand.NewPCG(3, 4))
	seen := map[string]bool{}
	admitted := 0
	for _, c := range load(t) {
		if seen[string(c.Policy)] {
			continue
		}
		seen[string(c.Policy)] = true
		gate, routes := openGate(t, c)
		for range bodiesPerPolicy {
			route := routes[random.IntN(len(routes))]
			sent := c
			sent.Request = request(route, body(random, route, pool))
			if _, decision := gate.Admit(read(sent)); decision.Outcome != middleware.Admitted {
				continue
			}
			admitted++
			if valid, failures := describe.validate(t, sent); !valid {
				t.Errorf("%s: the gate admits %s, the description does not: %s", c.Name, sent.Request.Body, failures)
			}
		}
	}
	if admitted < 2000 {
		t.Errorf("only %d bodies were admitted", admitted)
	}
}

// values are those of the value types, and some within others.
func values(t *testing.T) []string {
	t.Helper()
	content, err := os.ReadFile(typeValues)
	if err != nil {
		t.Fatal(err)
	}
	var types map[string]map[string][]json.RawMessage
	if err := json.Unmarshal(content, &types); err != nil {
		t.Fatal(err)
	}
	pool := []string{"null", `""`, "{}", "[]", `["a",1,null]`, `{"a":{"b":["c"]}}`, `"Sydney"`, `"Example"`, `"4111111111111111"`, "5", "-0", "1.50", "true"}
	for _, name := range []string{"Boolean", "Email", "Number", "String50", "StringList", "WebChannelData", "PhoneNumber", "Password", "URL", "IP"} {
		for _, verdict := range []string{"both", "strict", "documented"} {
			for _, value := range types[name][verdict] {
				pool = append(pool, string(value))
			}
		}
	}
	return pool
}

// openGate is the gate of a case's policy with a token of its own, and the policy's routes that
// enforce.
func openGate(t *testing.T, c policytest.Case) (*middleware.Gate, []policy.Route) {
	t.Helper()
	p, err := policy.Parse(c.Policy)
	if err != nil {
		t.Fatal(err)
	}
	p.Routes = append([]policy.Route{}, p.Expand().Routes...)
	var scopes []string
	for i := range p.Routes {
		p.Routes[i].Mode, p.Routes[i].SenderConstraint = "enforce", "optional"
		p.Routes[i].Forward.Credentials = policy.Credentials{}
		scopes = append(scopes, p.Routes[i].Scopes...)
	}
	digest := sha256.Sum256([]byte("random"))
	p.StaticTokens = []policy.StaticToken{{SHA256: hex.EncodeToString(digest[:]), Subject: "a", Scopes: scopes}}
	gate, err := middleware.New(p, middleware.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return gate, p.Routes
}

// request is one to a route, with 1 for every variable of its path.
func request(route policy.Route, body string) policytest.Message {
	method, path, _ := strings.Cut(route.Match, " ")
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if strings.HasPrefix(segment, "{") {
			segments[i] = "1"
		}
	}
	head := []string{method + " " + strings.Join(segments, "/") + " HTTP/1.1", "Host: a", "Content-Type: application/json", "Authorization: " + route.Schemes[0] + " random"}
	return policytest.Message{Head: head, Body: []byte(body)}
}

// body is a random one of the route's shape.
func body(random *rand.Rand, route policy.Route, pool []string) string {
	var parts []string
	for _, rule := range route.Attributes {
		if random.IntN(4) > 0 {
			parts = append(parts, element(random, route, rule, pool))
		}
	}
	for range random.IntN(3) {
		parts = append(parts, element(random, route, policy.Attribute{Name: pick(random, "Other", "name", "x y", "Größe")}, pool))
	}
	inner := "{" + strings.Join(parts, ",") + "}"
	if route.Body.Shape == "list" {
		inner = "[" + strings.Join(parts, ",") + "]"
	}
	if route.Body.DecodeString && random.IntN(2) == 0 {
		inner = quote(inner)
	}
	if route.Body.Path != "" {
		for _, name := range slices.Backward(strings.Split(route.Body.Path, ".")) {
			inner = "{" + quote(name) + ":" + inner + "}"
		}
	}
	return inner
}

// element is an attribute that falls under a rule, or nearly.
func element(random *rand.Rand, route policy.Route, rule policy.Attribute, pool []string) string {
	key := spelled(random, route, rule.Name)
	value := pool[random.IntN(len(pool))]
	if len(rule.Values) > 0 && random.IntN(2) == 0 {
		value = quote(rule.Values[random.IntN(len(rule.Values))])
	}
	b := route.Body
	if b.Shape != "list" {
		return quote(key) + ":" + value
	}
	kind := pick(random, rule.Type, "String50", "String77", "Boolean", "Email", "StringList", "WebChannelData", "EMAIL", "Number")
	if kind == "" {
		kind = "String2000"
	}
	text := "{" + quote(b.KeyMember) + ":" + quote(key) + "," + quote(b.ValueMember) + ":" + value
	if !b.Untyped {
		text += "," + quote(b.TypeMember) + ":" + quote(kind)
	}
	return text + "}"
}

// spelled is a key that may become the name.
func spelled(random *rand.Rand, route policy.Route, name string) string {
	for _, alias := range route.Keys.Aliases {
		if random.IntN(4) == 0 {
			return alias.From
		}
	}
	switch random.IntN(8) {
	case 0:
		return " " + name + "\u00a0"
	case 1:
		return "%visitor.custominfo." + name + "%"
	case 2:
		return "Visitor . Custom Info . % viſitor.custom_info." + name
	case 3:
		return strings.ToLower(name)
	case 4:
		return strings.ReplaceAll(name, "_", " ")
	case 5:
		return strings.ToUpper(name)
	}
	return name
}

func pick(random *rand.Rand, words ...string) string { return words[random.IntN(len(words))] }

func quote(text string) string {
	quoted, _ := json.Marshal(text) // a text: cannot fail
	return string(quoted)
}

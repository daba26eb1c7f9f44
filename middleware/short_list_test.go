package middleware_test

import (
	"fmt"
	"math/rand"
	"net/http"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/middleware/policy"
)

// listRoutes are routes for lists, with rules of all kinds, at the path of usual requests.
func listRoutes() []policy.Route {
	unwrap := true
	rules := []policy.Attribute{
		{Name: "typed", Type: "String5"}, {Name: "listed", Values: []string{"x", "1"}}, {Name: "free"},
		{Name: "long", MinLength: 2, MaxLength: 4}, {NamePattern: "p.*", Pattern: "[a-z]*"},
	}
	routes := []policy.Route{
		{}, {Attributes: rules}, {Attributes: rules, Unknown: "refuse"}, {Attributes: rules, Unknown: "drop"},
		{AllowEmpty: true, AllowNull: true, Coerce: true}, {TypeAliases: true}, {Nested: "refuse"}, {Nested: "allow"}, {Types: "documented"},
		{Body: policy.Body{Path: "a.b", DecodeString: true}}, {Body: policy.Body{Untyped: true}, Attributes: rules},
		{Body: policy.Body{KeyMember: "type", TypeMember: "value", ValueMember: "key"}},
		{Keys: policy.Keys{Style: "snake", OnCollision: "last"}}, {Keys: policy.Keys{Unwrap: &unwrap, OnCollision: "first"}},
		{Keys: policy.Keys{Reserved: []string{"name"}, OnReserved: "prefix"}}, {Sensitive: []string{"PAN"}},
		{Attributes: []policy.Attribute{{Name: "name", Required: true}}},
	}
	for depth := 1; depth < 6; depth++ {
		limits := policy.Limits{Depth: depth, Attributes: 2, NameLength: 5, ValueLength: 9, BodyBytes: 170}
		routes = append(routes, policy.Route{Limits: limits}, policy.Route{Limits: limits, Body: policy.Body{Path: "a.b"}})
	}
	for i := range routes {
		routes[i].API = policy.ExpertFlowChannelSession
		routes[i].Match = "PUT /api/v2/zylkerinc/conversations/{channelSessionId}"
	}
	return routes
}

// listSeeds are bodies from which the short way learns, and some that are almost like them.
func listSeeds() []string {
	return []string{
		`[{"key":"name","type":"String50","value":"x"},{"key":"free","type":"Alphanum5","value":"x"}]`,
		`[{"key":"free","type":"AlphanumSpecial5","value":{"a":{"b":"x"}}},{"key":"name","type":"WebChannelData","value":{}}]`,
		`[{"key":"name","type":"String50","value":"x"},{"key":"free","type":"Alphanum5","value":"x"},{"key":"typed","type":"String5","value":"x"}]`,
		`[{"key":"typed","type":"String5","value":"x"}]`, `[{"key":"name","type":"Number","value":"1"}, {"key":"free","type":"PositiveNumber","value":"1"}]`,
		`[{"key":"name","type":"PhoneNumber","value":"123"},{"key":"free","type":"StringList","value":["x"]}]`,
		`[{"key":"name","type":"IP","value":"::1"},{"key":"free","type":"Password","value":"Abcdefg1"}]`,
		`[{"key":"name","type":"Email","value":"a@b"},{"key":"free","type":"URL","value":"http://a"}]`,
		`[{"key":"typed","type":"String5","value":"x"},{"key":"listed","type":"Boolean","value":"1"}]`,
		`{"a":{"b":[{"key":"name","type":"String50","value":"x"},{"key":"free","type":"Number","value":"1"}]}}`,
		`[{"key":"name","value":"x"},{"key":"free","value":{"a":"x"}}]`,
		`[{"type":"name","value":"String50","key":"x"},{"type":"free","value":"Number","key":"1"}]`,
		`[{"key":"name","type":"EMAIL","value":"a@b"}]`, `[{"key":" name ","type":"String50","value":"x"}]`,
		`[{"key":"name","type":"String50","value":"x"},{"key":"name","type":"String50","value":"x"}]`,
		`[{"key":"name","type":"String50","value":"x","value":"y"}]`, `[{"key":"name","type":"String50","value":"\u0078"}]`,
	}
}

// TestShortWayOfLists sends lists that are put together at random, most of them of what the
// routes know by then, and compares what comes of them.
func TestShortWayOfLists(t *testing.T) {
	for i, route := range listRoutes() {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			tw := newTwin(t, policy.Policy{StaticTokens: exampleTokens(), Routes: []policy.Route{route}})
			for _, body := range append(listSeeds(), listSeeds()...) {
				tw.compare(t, func() *http.Request { return usual(body) })
			}
			random := rand.New(rand.NewSource(int64(i)))
			for n := 0; n < 2000; n++ {
				body := randomList(random, route)
				if random.Intn(4) == 0 {
					body = string(mutated(random, []byte(body)))
				}
				tw.compare(t, func() *http.Request { return usual(body) })
			}
		})
	}
}

// pick is mostly one of the usual, and sometimes one of the odd.
func pick(random *rand.Rand, usual, odd []string) string {
	if len(odd) > 0 && random.Intn(12) == 0 {
		return odd[random.Intn(len(odd))]
	}
	return usual[random.Intn(len(usual))]
}

// randomList is a body that is or almost is one for a route with a list.
func randomList(random *rand.Rand, route policy.Route) string {
	var elements []string
	for n := 1 + random.Intn(3); n > 0; n-- {
		elements = append(elements, pick(random, []string{randomElement(random, route)}, []string{`{}`, `[]`, `null`, `"x"`, `1`, ``}))
	}
	body := "[" + strings.Join(elements, pick(random, []string{",", ", ", ",\n\t"}, []string{"", ",,", ":"})) + "]"
	path := strings.Split(route.Body.Path, ".")
	for i := len(path) - 1; i >= 0 && path[i] != ""; i-- {
		name := path[i]
		body = `{"` + name + `":` + body + pick(random, []string{""}, []string{`,"c":"d"`, `,"` + name + `":[]`, `,"` + name + `":"x"`}) + `}`
	}
	return body
}

// randomElement is an attribute, with its members in any order.
func randomElement(random *rand.Rand, route policy.Route) string {
	m := route.Body
	names := map[string]string{"key": "key", "type": "type", "value": "value"}
	for name, own := range map[string]string{"key": m.KeyMember, "type": m.TypeMember, "value": m.ValueMember} {
		if own != "" {
			names[name] = own
		}
	}
	colon := pick(random, []string{`:`, `: `, ` :`, ` : `}, []string{``, `,`})
	members := []string{
		`"` + names["key"] + `"` + colon + pick(random, []string{`"name"`, `"free"`, `"typed"`},
			[]string{`"listed"`, `"long"`, `"pq"`, `""`, `" name"`, `"Name"`, `"n\u0061me"`, `1`, `null`, `"nam\u0065\n"`, `"%visitor.custominfo.name%"`, `"é"`, `{}`}),
		`"` + names["value"] + `"` + colon + randomValue(random, 0),
	}
	if !m.Untyped || random.Intn(9) == 0 {
		members = append(members, `"`+names["type"]+`"`+colon+randomType(random))
	}
	if random.Intn(9) == 0 {
		members = append(members, pick(random, []string{`"extra":"x"`, `"":"x"`, `"":""`, `"Key":"name"`, `"extra":1`, members[0], members[1], members[len(members)-1],
			`"` + names["value"] + `" :"y"`, `"` + names["value"] + `":1`, `"` + names["value"] + `":{}`, `"` + names["key"] + `":[]`}, nil))
	}
	random.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	if random.Intn(20) == 0 {
		members = members[1:]
	}
	return `{` + strings.Join(members, pick(random, []string{",", ", ", "\n,"}, nil)) + `}`
}

func randomType(random *rand.Rand) string {
	return pick(random, []string{
		`"String50"`, `"String5"`, `"Alphanum5"`, `"AlphanumSpecial5"`, `"WebChannelData"`, `"Number"`, `"PositiveNumber"`, `"PhoneNumber"`, `"IP"`, `"URL"`,
		`"Password"`, `"Email"`, `"Boolean"`, `"StringList"`, `"String2000"`, `"String50"`, `"AlphanumSpecial5"`,
	}, []string{`"EMAIL"`, `"string50"`, `"String0"`, `"String"`, `""`, `1`, `null`, `{}`, `"String5\u0030"`})
}

// randomValue is a value at the limits of the types.
func randomValue(random *rand.Rand, deep int) string {
	if random.Intn(4) == 0 && deep < 4 {
		var members []string
		for n := random.Intn(3); n > 0; n-- {
			members = append(members, fmt.Sprintf("%q: %s", []string{"a", "b", "", "key"}[random.Intn(4)], randomValue(random, deep+1)))
		}
		return `{` + strings.Join(members, ",") + `}`
	}
	return pick(random, []string{
		`"x"`, `"1"`, `"xxxxx"`, `"xxxxxx"`, `"éé"`, `"ééééé"`, `"éééééé"`, `"-1"`, `"+1.5"`, `"1e5"`, `"123"`, `"12"`, `"true"`, `"a@b"`, `"::1"`,
		`"127.0.0.1"`, `"http://a"`, `"Abcdefg1"`, `"a_b"`, `"a[b"`, `""`, `" "`, `"` + strings.Repeat("x", 50) + `"`, `"` + strings.Repeat("x", 51) + `"`,
		`"` + strings.Repeat("😀", 25) + `"`, `"` + strings.Repeat("😀", 26) + `"`, `"` + strings.Repeat("1", 400) + `"`, `"` + strings.Repeat("1", 401) + `"`,
		`"` + strings.Repeat("x", 2000) + `"`, `"` + strings.Repeat("x", 2001) + `"`, `":"`, `"{"`, "\"\u2028\"",
	}, []string{
		`1`, `-1.5`, `1e5`, `1e999`, `true`, `null`, `[]`, `["x"]`, `"\u0078"`, `"\ud83d\ude00"`, `"\ud83d"`, "\"\x7f\"", "\"\t\"", "\"\xff\"", `"\n"`, `"\""`,
		`4111111111111111`, `"4111111111111111"`, `""x"`, `[{"a":"b"}]`, `{"a":"x","a":"x"}`, `{"a":"x","b":{"a":"xxxxxx"}}`, `{"a":{},"a":{}}`,
	})
}

package middleware_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sort"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// front is a policy and a path of it.
type front struct {
	gate    *middleware.Gate
	path    string
	list    bool
	decodes bool // a body may change though none of its attributes does
}

// fronts are both built-in routes, as they are and with everything that rewrites a body.
func fronts(t testing.TB) []front {
	t.Helper()
	salesIQ, expertFlow := "/api/v2/zylkerinc/conversations/1", "/forms/1"
	rich := policy.Route{
		Keys: policy.Keys{
			Style: "snake", OnCollision: "last", OnReserved: "prefix", Reserved: []string{"name"},
			Aliases: []policy.Alias{{From: "mdl", To: "model"}},
		},
		Attributes:  []policy.Attribute{{NamePattern: "[a-m].*"}, {Name: "name", MaxLength: 40}, {NamePattern: "custom_.*"}},
		Unknown:     "drop",
		TypeAliases: true, Coerce: true, AllowNull: true,
		Sensitive: []string{"PAN", "Password", "key"}, OnSensitive: "mask",
		Body: policy.Body{DecodeString: true},
	}
	object, list := rich, rich
	object.API = policy.SalesIQCustomInfo
	list.API = policy.ExpertFlowChannelSession
	built := []front{{gate: exampleGate(t), path: salesIQ}, {gate: exampleGate(t), path: expertFlow, list: true}}
	for i, route := range []policy.Route{object, list} {
		gate, err := middleware.New(policy.Policy{StaticTokens: exampleTokens(), Routes: []policy.Route{route}}, middleware.Options{})
		if err != nil {
			t.Fatal(err)
		}
		built = append(built, front{gate: gate, decodes: true, path: []string{salesIQ, expertFlow}[i], list: i == 1})
	}
	return built
}

// FuzzForwardedBody holds what is forwarded to these promises: the gate would admit it
// again and change nothing; a reader that takes the first of two members of one name and a
// reader that takes the last find the decided names in it; and a body in which nothing was
// changed is the one that came.
func FuzzForwardedBody(f *testing.F) {
	for _, seed := range []string{
		`{"customer_info":{"Model":"Class X9","Branch":"Sydney"}}`,
		`{"customer_info":{"%visitor.custominfo.Model%":"a","% Visitor.Custom_Info. B %":2},"x":[1,{}]}`,
		`{"\u0063ustomer_info" : {"\u0025visitor.custominfo.\u00e9%" : true , "a.b":{"c":[null]}}} `,
		`{"customer_info":{"visitor.custominfo.visitor.custominfo.":"x"," a ":"y"}}`,
		`{"customer_info":"{\"mdl\":1,\"Model\":\"4111 1111 1111 1111\",\"zzz\":[],\"Name\":\"n\"}","z":0}`,
		`[{"key":"info","type":"AlphanumSpecial200","value":{"a":{"b":"c"}}},{"key":"name","type":"String2000","value":"x"}]`,
		`[{"value":5,"type":"STRING","key":"Key"},{"key":"mdl","type":"shortAnswer","value":true},{"key":"zz","type":"Number","value":1e5}]`,
	} {
		f.Add(seed)
	}
	all := fronts(f)
	f.Fuzz(func(t *testing.T, body string) {
		for _, s := range all {
			checkForwarded(t, s, body)
		}
	})
}

func checkForwarded(t *testing.T, s front, body string) {
	t.Helper()
	forwarded, decision := s.admit(t, body)
	if decision.Outcome != middleware.Admitted {
		return
	}
	changes := decision.Renamed + decision.Rewritten + decision.Dropped
	if changes == 0 && !s.decodes && forwarded != body {
		t.Fatalf("%q: nothing was changed, forwarded %q", body, forwarded)
	}
	again, second := s.admit(t, forwarded)
	if second.Outcome != middleware.Admitted || again != forwarded {
		t.Fatalf("%q: forwarded %q, which became %q, %+v", body, forwarded, again, second)
	}
	sort.Strings(decision.Names)
	for _, first := range []bool{true, false} {
		if got := plainNames(t, s, forwarded, first); strings.Join(got, "\n") != strings.Join(decision.Names, "\n") {
			t.Fatalf("%q: a plain reader finds %q in %q, decided %q", body, got, forwarded, decision.Names)
		}
	}
}

func (s front) admit(t *testing.T, body string) (string, middleware.Decision) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPut, s.path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer token")
	forwarded, decision := s.gate.Admit(r)
	if decision.Outcome != middleware.Admitted {
		return "", decision
	}
	sent, err := io.ReadAll(forwarded.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(sent), decision
}

// plainNames reads the names as a backend would, with the first or the last of members of
// one name.
func plainNames(t *testing.T, s front, body string, first bool) []string {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(body))
	dec.UseNumber()
	document := readPlain(t, dec, first)
	var names []string
	if s.list {
		elements, _ := document.([]any)
		for _, element := range elements {
			object, _ := element.(map[string]any)
			name, _ := object["key"].(string)
			names = append(names, name)
		}
	} else {
		object, _ := document.(map[string]any)
		info, _ := object["customer_info"].(map[string]any)
		for name := range info {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

func readPlain(t *testing.T, dec *json.Decoder, first bool) any {
	t.Helper()
	token, err := dec.Token()
	if err != nil {
		t.Fatal(err)
	}
	switch token {
	case json.Delim('{'):
		object := map[string]any{}
		for dec.More() {
			name, _ := readPlain(t, dec, first).(string)
			value := readPlain(t, dec, first)
			if _, there := object[name]; !there || !first {
				object[name] = value
			}
		}
		_, _ = dec.Token()
		return object
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			list = append(list, readPlain(t, dec, first))
		}
		_, _ = dec.Token()
		return list
	}
	return token
}

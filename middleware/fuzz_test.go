package middleware_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sort"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/middleware"
)

// FuzzForwardedBody holds what is forwarded to three promises: the gate would admit it
// again and change nothing, a plain JSON reader finds exactly the decided names in it, and
// a body in which no key changed is the one that came.
func FuzzForwardedBody(f *testing.F) {
	for _, seed := range []string{
		`{"customer_info":{"Model":"Class X9","Branch":"Sydney"}}`,
		`{"customer_info":{"%visitor.custominfo.Model%":"a","% Visitor.Custom_Info. B %":2},"x":[1,{}]}`,
		`{"\u0063ustomer_info" : {"\u0025visitor.custominfo.\u00e9%" : true , "a.b":{"c":[null]}}} `,
		`{"customer_info":{"visitor.custominfo.visitor.custominfo.":"x"," a ":"y"}}`,
	} {
		f.Add(seed)
	}
	gate := exampleGate(f)
	f.Fuzz(func(t *testing.T, body string) {
		forwarded, decision := admitBody(t, gate, body)
		if decision.Outcome != middleware.Admitted {
			return
		}
		if decision.Renamed == 0 && forwarded != body {
			t.Fatalf("%q: no key changed, forwarded %q", body, forwarded)
		}
		again, second := admitBody(t, gate, forwarded)
		if second.Outcome != middleware.Admitted || second.Renamed != 0 || again != forwarded {
			t.Fatalf("%q: forwarded %q, which became %q, %+v", body, forwarded, again, second)
		}
		sort.Strings(decision.Names)
		if got := plainNames(t, forwarded); strings.Join(got, "\n") != strings.Join(decision.Names, "\n") {
			t.Fatalf("%q: a plain reader finds %q, decided %q", body, got, decision.Names)
		}
	})
}

func admitBody(t *testing.T, gate *middleware.Gate, body string) (string, middleware.Decision) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPut, "/api/v2/zylkerinc/conversations/1", bytes.NewReader([]byte(body)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer token")
	forwarded, decision := gate.Admit(r)
	if decision.Outcome != middleware.Admitted {
		return "", decision
	}
	sent, err := io.ReadAll(forwarded.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(sent), decision
}

func plainNames(t *testing.T, body string) []string {
	t.Helper()
	var document map[string]json.RawMessage
	var info map[string]json.RawMessage
	if err := json.Unmarshal([]byte(body), &document); err != nil {
		t.Fatalf("%q: %v", body, err)
	}
	if err := json.Unmarshal(document["customer_info"], &info); err != nil {
		t.Fatalf("%q: %v", body, err)
	}
	var names []string
	for name := range info {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

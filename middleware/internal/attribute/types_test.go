package attribute_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/attrgate/attrgate/middleware/internal/attribute"
	"github.com/attrgate/attrgate/middleware/policy"
)

// rules compiles a list route with a rule set.
func rules(t testing.TB, set string) *attribute.Rules {
	t.Helper()
	return compile(t, policy.Route{API: policy.ExpertFlowChannelSession, Types: set})
}

func compile(t testing.TB, route policy.Route) *attribute.Rules {
	t.Helper()
	var ps policy.Problems
	r := attribute.New(policy.Policy{Routes: []policy.Route{route}}.Expand().Routes[0], "routes[0]", &ps)
	if err := ps.Err(); err != nil {
		t.Fatal(err)
	}
	return r
}

// fits tells whether a value, as JSON, is accepted under a type.
func fits(t testing.TB, r *attribute.Rules, kind string, value json.RawMessage) bool {
	t.Helper()
	body, err := json.Marshal([]map[string]any{{"key": "k", "type": kind, "value": value}})
	if err != nil {
		t.Fatal(err)
	}
	b, fault := attribute.Read(r, string(body))
	if fault != nil {
		t.Fatalf("%s: %+v", body, fault)
	}
	return len(attribute.Name(r, b))+len(attribute.Check(r, b)) == 0
}

// TestTypes holds both rule sets to a table of values: those that both accept, one alone,
// or neither.
func TestTypes(t *testing.T) {
	text, err := os.ReadFile("testdata/types.json")
	if err != nil {
		t.Fatal(err)
	}
	var table map[string]map[string][]json.RawMessage
	if err := json.Unmarshal(text, &table); err != nil {
		t.Fatal(err)
	}
	strict, documented := rules(t, "strict"), rules(t, "documented")
	for kind, columns := range table {
		accepted := len(columns["both"]) + len(columns["strict"]) + len(columns["documented"])
		refused := len(columns["neither"])
		for column, values := range columns {
			for _, value := range values {
				wantStrict := column == "both" || column == "strict"
				wantDocumented := column == "both" || column == "documented"
				if got := fits(t, strict, kind, value); got != wantStrict {
					t.Errorf("%s, strict: %s accepted: %v, want %v", kind, value, got, wantStrict)
				}
				if got := fits(t, documented, kind, value); got != wantDocumented {
					t.Errorf("%s, documented: %s accepted: %v, want %v", kind, value, got, wantDocumented)
				}
			}
		}
		if accepted < 6 || refused < 25 {
			t.Errorf("%s: %d accepted and %d refused values are too few", kind, accepted, refused)
		}
	}
}

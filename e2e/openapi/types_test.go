package openapi

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/middleware/policytest"
)

const (
	typeValues  = root + "/middleware/internal/attribute/testdata/types.json"
	widerValues = "testdata/wider-values.txt"
)

// TestTypes holds the schemas of the value types against the values that are known to be
// accepted or not in each rule set, as values of a rule and as leaves of a list.
func TestTypes(t *testing.T) {
	content, err := os.ReadFile(typeValues)
	if err != nil {
		t.Fatal(err)
	}
	var types map[string]map[string][]json.RawMessage
	if err := json.Unmarshal(content, &types); err != nil {
		t.Fatal(err)
	}
	describe := newDescriber(t)
	var accepted []string
	for name, values := range types {
		for _, rules := range []string{"strict", "documented"} {
			for verdict, list := range values {
				accepts := verdict == "both" || verdict == rules
				for _, value := range list {
					valid, failures := describe.validate(t, typeCase(name, rules, value))
					if accepts && !valid {
						t.Errorf("%s %s: the gate accepts %s, the description does not: %s", rules, name, value, failures)
					}
					if !accepts && valid {
						accepted = append(accepted, fmt.Sprintf("%s %s %s", rules, name, shortened(value)))
					}
				}
			}
		}
	}
	compareList(t, widerValues, accepted)
}

// shortened keeps the list readable.
func shortened(value json.RawMessage) string {
	if runes := []rune(string(value)); len(runes) > 60 {
		return string(runes[:20]) + "..." + fmt.Sprint(len(runes), " characters")
	}
	return string(value)
}

// typeCase is a request with one value of a type.
func typeCase(name, rules string, value json.RawMessage) policytest.Case {
	const form = `{"staticTokens": [{"sha256": "%064d", "subject": "a"}], "routes": [{"match": "PUT /v", "body": {"shape": "object"},
		"scopes": ["v"], "types": %q, "attributes": [{"name": "v", "type": %q}]}]}`
	head := []string{"PUT /v HTTP/1.1", "Host: a", "Content-Type: application/json"}
	return policytest.Case{
		Name: rules + " " + name, Policy: []byte(fmt.Sprintf(form, 0, rules, name)),
		Request: policytest.Message{Head: head, Body: []byte(`{"v":` + string(value) + `}`)},
	}
}

// TestSamplesThatPass validates every sample that `attrgate convert --to postman` says passes.
func TestSamplesThatPass(t *testing.T) {
	describe := newDescriber(t)
	count := 0
	seen := map[string]bool{}
	for _, c := range load(t) {
		if seen[string(c.Policy)] {
			continue
		}
		seen[string(c.Policy)] = true
		for _, sample := range describe.samples(t, c) {
			if !strings.HasPrefix(sample.Name, "passes") {
				continue
			}
			count++
			sent := c
			sent.Request.Head = []string{sample.Request.Method + " /" + strings.Join(sample.Request.URL.Path, "/") + " HTTP/1.1", "Host: a"}
			sent.Request.Body = []byte(sample.Request.Body.Raw)
			if valid, failures := describe.validate(t, sent); !valid {
				t.Errorf("%s: %s: %s\n%s", c.Name, sample.Name, failures, sample.Request.Body.Raw)
			}
		}
	}
	if count < 50 {
		t.Errorf("only %d samples", count)
	}
}

// sample is an item of a collection.
type sample struct {
	Name    string
	Request struct {
		Method string
		Body   struct{ Raw string }
		URL    struct{ Path []string }
	}
}

func (d *describer) samples(t *testing.T, c policytest.Case) []sample {
	t.Helper()
	var collection struct {
		Item []struct{ Item []sample }
	}
	if err := json.Unmarshal(d.convert(t, c, "postman"), &collection); err != nil {
		t.Fatal(err)
	}
	var all []sample
	for _, folder := range collection.Item {
		all = slices.Concat(all, folder.Item)
	}
	return all
}

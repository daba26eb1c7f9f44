package policyfile_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/middleware/policy"
)

func TestYAMLAndJSONSayTheSame(t *testing.T) {
	asYAML := policyfile.Parse("p.yml", []byte("\ufeff"+`%YAML 1.2
---
# every way to write a string
issuers:
- issuer: 'https://idp.example.com'
  audiences:
    - plain text
    - "esc\u00e9\/\t\"\U0001F600"
    - 'it''s'
    - |
      two
      lines
    - >-
      one
      line
    - !!str 12
    - yes
    - 2020-01-01
    - 12345678901234567890123
  maxAge: ~
  leeway:
routes: [{api: salesiq-custom-info, allowNull: true, "keys": {unwrap: false},
  limits: {bodyBytes: 0x400, depth: 5, attributes: 1_0}}]
...
`))
	asJSON := policyfile.Parse("p.json", []byte(`{
		"issuers": [{"issuer": "https://idp.example.com", "audiences": ["plain text", "escé/\t\"😀", "it's", "two\nlines\n",
			"one line", "12", "yes", "2020-01-01", "12345678901234567890123"], "maxAge": null, "leeway": null}],
		"routes": [{"api": "salesiq-custom-info", "allowNull": true, "keys": {"unwrap": false},
			"limits": {"bodyBytes": 1024, "depth": 5, "attributes": 10}}]
	}`))
	if err := asYAML.Problems(nil); err != nil {
		t.Fatal(err)
	}
	if err := asJSON.Problems(nil); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(asYAML.Policy, asJSON.Policy) {
		t.Errorf("yaml %+v\njson %+v", asYAML.Policy, asJSON.Policy)
	}
}

func TestAnchorsAliasesAndMerges(t *testing.T) {
	f := policyfile.Parse("p.yaml", []byte(`
routes:
  - &base
    match: PUT /a
    scopes: &scopes [x, y]
    limits: {depth: 3}
  - <<: *base
    match: PUT /b
  - {scopes: *scopes, <<: [{mode: report, scopes: [no]}, *base], match: PUT /c}
`))
	if err := f.Problems(nil); err != nil {
		t.Fatal(err)
	}
	scopes, limits := []string{"x", "y"}, policy.Limits{Depth: 3}
	want := []policy.Route{
		{Match: "PUT /a", Scopes: scopes, Limits: limits},
		{Match: "PUT /b", Scopes: scopes, Limits: limits},
		{Match: "PUT /c", Scopes: scopes, Limits: limits, Mode: "report"},
	}
	if !reflect.DeepEqual(f.Policy.Routes, want) {
		t.Errorf("got %+v", f.Policy.Routes)
	}
}

func TestProblemsBehindAnAliasPointAtTheirOrigin(t *testing.T) {
	got := problems(t, "p.yaml", "routes:\n- &a\n  mode: 1\n- *a\n- <<: *a\n  mode: x\n  mode: y\n")
	want := lines(
		"p.yaml:3:3: routes[0].mode: must be a string, not the number 1",
		"p.yaml:3:3: routes[1].mode: must be a string, not the number 1",
		"p.yaml:7:3: routes[2].mode: given twice",
	)
	if got != want {
		t.Errorf("got:\n%s", got)
	}
}

func TestYAMLThatIsNotPlain(t *testing.T) {
	for content, want := range map[string]string{
		"lookalikes: refuse\n---\nlookalikes: refuse\n": "p.yaml:2:1: a second document; a policy is one",
		"lookalikes: refuse\n---\n":                     "p.yaml:2:1: a second document; a policy is one",
		"lookalikes: refuse\n...\nlookalikes: refuse\n": "p.yaml:3:1: a second document; a policy is one",
		"lookalikes: refuse\n...\n# the end\n...\n":     "",
		"\"x\\n\\e\u00a0\u202e\": 1\n": `p.yaml:1:1: x\n\x1b\u00a0\u202e: unknown field; known here: issuers, introspection, introspect, staticTokens, ` +
			"rememberedTokens, routes, lookalikes, dpop, mtls, resourceMetadata, gateway",
		"lookalikes: *x\n":                         "p.yaml:1:13: lookalikes: no anchor &x before this alias",
		"routes: &r [*r]\n":                        "p.yaml:1:13: routes[0]: no anchor &r before this alias",
		"lookalikes: !secret x\n":                  "p.yaml:1:13: lookalikes: the tag !secret is not supported; leave it out",
		"lookalikes: !!binary eHk=\n":              "p.yaml:1:13: lookalikes: the tag !!binary is not supported; leave it out",
		"lookalikes: .inf\n":                       "p.yaml:1:13: lookalikes: must be text, a number, true, false, a list or an object",
		"? lookalikes\n: refuse\n":                 "p.yaml:1:1: a key must be plain text",
		"<<: 5\n":                                  "p.yaml:1:5: only objects can be merged",
		"<<: *a\n":                                 "p.yaml:1:5: no anchor &a before this alias",
		"routes: [{match: &a x}, {match: &a y}]\n": "p.yaml:1:33: routes[1].match: the anchor &a is given twice",
	} {
		if got := problems(t, "p.yaml", content); got != want {
			t.Errorf("%q:\ngot  %s\nwant %s", content, got, want)
		}
	}
}

func TestAliasesCannotGoRoundOrExplode(t *testing.T) {
	bomb, merges := "a0: &a0 [x]\n", "b0: &b0 {x: y}\n"
	for i := 1; i < 40; i++ {
		last, this := strconv.Itoa(i-1), strconv.Itoa(i)
		bomb += "a" + this + ": &a" + this + " [*a" + last + ", *a" + last + "]\n"
		merges += "b" + this + ": &b" + this + " {<<: [*b" + last + ", *b" + last + "]}\n"
	}
	for name, content := range map[string]string{
		"aliases": bomb,
		"merges":  merges,
		"round":   "x: &x [*y]\ny: &y [*x]\nz: *y\n",
		"merging": "x: &x {<<: *y}\ny: &y {<<: *x}\nz: *y\n",
	} {
		if got := problems(t, "p.yaml", content); !strings.Contains(got, "more than 1000000 values") && !strings.Contains(got, "no anchor") {
			t.Errorf("%s: %.200s", name, got)
		}
	}
}

// Whatever a file holds, reading it ends, and what comes of it is a policy or problems
// with positions inside the file.
func FuzzYAML(f *testing.F) {
	f.Add("a: &x {b: [1, 2]}\nc: {<<: *x, d: !!str 1}\n---\n")
	f.Add("routes:\n- match: |\n   x\n  ? y\n  : z\n")
	f.Fuzz(func(t *testing.T, content string) {
		file := policyfile.Parse("p.yaml", []byte(content))
		var found policyfile.Problems
		errors.As(file.Problems(nil), &found)
		for _, p := range found {
			if p.Line < 1 || p.Column < 1 || p.Line > 1+strings.Count(content, "\n")+strings.Count(content, "\r") {
				t.Errorf("%q: %v", content, p)
			}
		}
	})
}

// A document that is JSON means the same when it is read as YAML.
func FuzzJSONAsYAML(f *testing.F) {
	f.Add(`{"routes":[{"match":"PUT /x","limits":{"depth":3}}],"lookalikes":"\u00e9\n"}`)
	f.Fuzz(func(t *testing.T, content string) {
		if !json.Valid([]byte(content)) || len(content) > 1000 {
			t.Skip()
		}
		asJSON := policyfile.Parse("p.json", []byte(content))
		asYAML := policyfile.Parse("p.yaml", []byte(content))
		if asJSON.Problems(nil) != nil || asYAML.Problems(nil) != nil {
			t.Skip() // YAML knows merges, and no tabs in some places
		}
		if !reflect.DeepEqual(asJSON.Policy, asYAML.Policy) {
			t.Errorf("%s:\njson %+v\nyaml %+v", content, asJSON.Policy, asYAML.Policy)
		}
	})
}

package openapi_test

import (
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/openapi"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
	"github.com/attrgate/attrgate/middleware/policy"
)

// patterns are regular expressions (RE2), and what they are in JSON Schema; "": left out.
var patterns = map[string]string{
	`[a-z]{2,4}`:         `^(?:[a-z]{2,4})$`,
	`a.b`:                `^(?:a[^\n]b)$`,
	`{x}`:                `^(?:\{x\})$`,
	`x{,3}`:              `^(?:x\{,3\})$`,
	`a]`:                 `^(?:a\])$`,
	`\-\_\@\.`:           `^(?:-_@\.)$`,
	`[\-_.]`:             `^(?:[\-_.])$`,
	`[[a]`:               `^(?:[\[a])$`,
	`\pL+\p{Lu}`:         `^(?:\p{L}+\p{Lu})$`,
	`(?:a|b)+?`:          `^(?:(?:a|b)+?)$`,
	`\x41\d\W`:           `^(?:\x41\d\W)$`,
	`(?i)abc`:            "",
	`(?P<year>[0-9]{4})`: "",
	`[[:alpha:]]`:        "",
	`[]a]`:               "",
	`\s`:                 "",
	`\bword`:             "",
	`\p{Greek}`:          "",
	`\x{2028}`:           "",
	`\Qa.b\E`:            "",
	`\Aa\z`:              "",
}

// What the dialects have in common is said, what only one of them has is left to the words.
func TestPatternsAreTranslatedOrLeftOut(t *testing.T) {
	for pattern, want := range patterns {
		document := describe(t, policy.Attribute{Name: "a", Pattern: pattern})
		rule := document.Get("components").Get("schemas").Get("r.attribute.a")
		got := ""
		for _, part := range rule.Get("allOf").Items {
			if said := part.Get("pattern"); said != nil {
				got = said.Scalar
			}
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", pattern, got, want)
		}
		if words := rule.Get("description").Scalar; !strings.Contains(words, pattern) {
			t.Errorf("%s is not in the words: %s", pattern, words)
		}
	}
}

func describe(t *testing.T, rules ...policy.Attribute) *tree.Node {
	t.Helper()
	document, problems, err := openapi.Describe(policy.Policy{Routes: []policy.Route{{
		Name: "r", Match: "PUT /r/{id}", Scopes: []string{"a", "b"}, ScopeMatch: "any", Body: policy.Body{Shape: "object"}, Attributes: rules,
	}}})
	if err != nil || len(problems) > 0 {
		t.Fatalf("%v %v", problems, err)
	}
	return document
}

// A caller needs one of the scopes: each is an alternative of its own.
func TestAnyScopeIsAnAlternative(t *testing.T) {
	security := describe(t).Get("paths").Get("/r/{id}").Get("put").Get("security")
	if len(security.Items) != 2 || security.Items[1].Get("bearer").Items[0].Scalar != "b" {
		t.Errorf("got %s", security.JSON())
	}
}

// Two paths that differ in the names of their variables are one path of OpenAPI; two routes
// with one name have identifiers of their own.
func TestOnePathForAllNamesOfAVariable(t *testing.T) {
	route := func(match string) policy.Route {
		return policy.Route{Name: "same", Match: match, Scopes: []string{"a"}, Body: policy.Body{Shape: "object"}}
	}
	document, problems, err := openapi.Describe(policy.Policy{Routes: []policy.Route{
		route("PUT /r/{id}/x/{other}"), route("POST /r/{other}/x/{key}"),
	}})
	if err != nil || len(problems) > 0 {
		t.Fatalf("%v %v", problems, err)
	}
	paths := document.Get("paths")
	if len(paths.Fields) != 1 || len(paths.Fields[0].Value.Fields) != 2 {
		t.Fatalf("got %s", paths.JSON())
	}
	post := paths.Get("/r/{id}/x/{other}").Get("post")
	if post.Get("parameters").Items[1].Get("name").Scalar != "other" || post.Get("operationId").Scalar != "same-2" {
		t.Errorf("got %s", post.JSON())
	}
}

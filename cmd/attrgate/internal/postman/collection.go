// Package postman writes the routes of a policy as a Postman collection (v2.1), with requests
// that pass and requests that fail.
package postman

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/sample"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
	"github.com/attrgate/attrgate/middleware/policy"
)

// schema names the form of a collection.
const schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"

// The variables that whoever runs the collection fills in.
const (
	baseURL           = "baseUrl"
	tokenVariable     = "token"
	scopelessVariable = "tokenWithoutScopes"
)

// Collection returns the collection of a policy without problems, and what it has no sample
// of, by the paths of the policy.
func Collection(p policy.Policy) (*tree.Node, policy.Problems, error) {
	routes, missing, err := sample.Of(p)
	if err != nil {
		return nil, nil, err
	}
	folders := []*tree.Node{}
	for i, route := range routes {
		folders = append(folders, folder(route))
		if route.Route.SenderConstraint == "require" {
			missing.Add(fmt.Sprintf("routes[%d].senderConstraint", i), "Postman makes no proofs of possession: the gate answers 401 where others decide")
		}
	}
	info := tree.NewMap(
		tree.F("name", "What attrgate admits"),
		tree.F("description", "Requests that pass and requests that fail, for every guarded route. Set the variables "+baseURL+", "+tokenVariable+
			" (with the scopes of all routes) and "+scopelessVariable+" (with none of them)."),
		tree.F("schema", schema),
	)
	variables := []*tree.Node{
		pair(baseURL, "http://127.0.0.1:8080"), pair(tokenVariable, ""), pair(scopelessVariable, ""),
	}
	return tree.NewMap(tree.F("info", info), tree.F("item", folders), tree.F("variable", variables)), missing, nil
}

func pair(key, value string) *tree.Node {
	return tree.NewMap(tree.F("key", key), tree.F("value", value))
}

func folder(r sample.Route) *tree.Node {
	items := []*tree.Node{}
	for _, s := range r.Samples {
		items = append(items, item(s, r.Route.Errors == "native"))
	}
	return tree.NewMap(tree.F("name", r.Route.Name), tree.F("item", items))
}

func item(s sample.Sample, native bool) *tree.Node {
	var headers []*tree.Node
	if value := authorization(s); value != "" {
		headers = append(headers, pair("Authorization", value))
	}
	for _, h := range s.Headers {
		headers = append(headers, pair(h.Name, h.Value))
	}
	raw := tree.NewMap(tree.F("mode", "raw"), tree.F("raw", s.Body), tree.F("options", tree.Nest(tree.New("json"), "raw", "language")))
	request := tree.NewMap(
		tree.F("method", s.Method), tree.F("header", headers), tree.F("auth", tree.NewMap(tree.F("type", "noauth"))),
		tree.F("body", raw), tree.F("url", address(s.Path)),
	)
	return tree.NewMap(tree.F("name", title(s)), tree.F("event", []*tree.Node{test(s, native)}), tree.F("request", request), tree.F("response", []*tree.Node{}))
}

func authorization(s sample.Sample) string {
	switch s.Token {
	case sample.TokenWithScopes:
		return s.Scheme + " {{" + tokenVariable + "}}"
	case sample.TokenWithoutScopes:
		return s.Scheme + " {{" + scopelessVariable + "}}"
	}
	return ""
}

func address(path string) *tree.Node {
	const host = "{{" + baseURL + "}}"
	return tree.NewMap(
		tree.F("raw", host+path), tree.F("host", []string{host}), tree.F("path", strings.Split(strings.TrimPrefix(path, "/"), "/")),
	)
}

// title names the sample with the status that it gets.
func title(s sample.Sample) string {
	if s.Status == 0 {
		return s.Name
	}
	return fmt.Sprintf("%s (%d)", s.Name, s.Status)
}

// test is the script that Postman runs when the answer is there. What passes is answered by
// the backend: the script only makes sure that it was not refused.
func test(s sample.Sample, native bool) *tree.Node {
	lines := []string{fmt.Sprintf("pm.test('status %d', () => pm.response.to.have.status(%d));", s.Status, s.Status)}
	if s.Status == 0 {
		lines = []string{fmt.Sprintf("pm.test('passes', () => pm.expect(pm.response.code).to.be.below(%d));", http.StatusBadRequest)}
	} else if !native {
		lines = append(lines, fmt.Sprintf("pm.test('code %s', () => pm.expect(pm.response.json().code).to.eql('%s'));", s.Code, s.Code))
	}
	return tree.NewMap(tree.F("listen", "test"), tree.F("script", tree.NewMap(tree.F("type", "text/javascript"), tree.F("exec", lines))))
}

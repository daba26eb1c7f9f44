package openapi

import (
	"net/http"
	"strconv"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

const (
	problemComponent   = "Problem"
	violationComponent = "Violation"
)

// refusals are the statuses of the gate's own answers, each with what it is about.
var refusals = []struct {
	status int
	codes  []middleware.Code
	about  string
}{
	{http.StatusBadRequest, []middleware.Code{
		middleware.AmbiguousPath, middleware.InvalidPath, middleware.MethodOverride, middleware.InvalidRequest, middleware.MalformedJSON,
	}, "The path, the Authorization header or the JSON is malformed."},
	{http.StatusUnauthorized, []middleware.Code{middleware.TokenMissing, middleware.InvalidToken, middleware.InvalidProof}, "There is no access token, or it is not good."},
	{http.StatusForbidden, []middleware.Code{middleware.InsufficientScope}, "The access token lacks the scope of this route."},
	{http.StatusRequestTimeout, []middleware.Code{middleware.BodyTimeout}, "The body did not arrive in time."},
	{http.StatusRequestEntityTooLarge, []middleware.Code{middleware.TooLarge}, "The body is too long."},
	{http.StatusUnsupportedMediaType, []middleware.Code{middleware.UnsupportedMediaType}, "The body is not JSON in UTF-8, or is compressed."},
	{http.StatusUnprocessableEntity, []middleware.Code{middleware.InvalidShape, middleware.InvalidAttributes}, "The body is not of the route's shape, or attributes break its rules."},
	{http.StatusTooManyRequests, []middleware.Code{middleware.RateLimited}, "There are more requests than the limits of this route allow."},
	{http.StatusServiceUnavailable, []middleware.Code{middleware.VerifierUnavailable, middleware.CredentialsUnavailable}, "The token cannot be verified at the moment, or the gate has none for the backend."},
}

// responses lists the answers of a route.
func responses(route policy.Route) *tree.Node {
	all := tree.NewMap()
	for _, r := range refusals {
		all.Add(strconv.Itoa(r.status), refusal(route, r.codes, r.about))
	}
	all.Add("default", tree.NewMap(tree.F("description", "The answer of the backend, as it is.")))
	return all
}

func refusal(route policy.Route, codes []middleware.Code, about string) *tree.Node {
	answer := tree.NewMap(tree.F("description", about))
	if route.Errors == "native" {
		answer.Add("content", tree.Nest(typed("object"), "application/json", "schema"))
		return answer
	}
	var words []string
	for _, code := range codes {
		words = append(words, string(code))
	}
	code := tree.NewMap(tree.F("properties", tree.NewMap(tree.F("code", tree.NewMap(tree.F("enum", words))))))
	schema := tree.NewMap(tree.F("allOf", []*tree.Node{reference(problemComponent), code}))
	answer.Add("content", tree.Nest(schema, "application/problem+json", "schema"))
	return answer
}

// addProblem adds the schemas of refusals (RFC 9457).
func addProblem(schemas *tree.Node) {
	text := func(words string) *tree.Node {
		return tree.NewMap(tree.F("type", "string"), tree.F("description", words))
	}
	schemas.Add(problemComponent, tree.NewMap(
		tree.F("type", "object"),
		tree.F("required", []string{"title", "status", "detail", "code"}),
		tree.F("properties", tree.NewMap(
			tree.F("title", text("The status in words.")),
			tree.F("status", typed("integer")),
			tree.F("detail", text("What was refused, for people.")),
			tree.F("code", text("What was refused, for programs.")),
			tree.F("violations", tree.NewMap(tree.F("type", "array"), tree.F("items", reference(violationComponent)))),
		)),
	))
	schemas.Add(violationComponent, tree.NewMap(
		tree.F("type", "object"),
		tree.F("required", []string{"pointer", "rule"}),
		tree.F("properties", tree.NewMap(
			tree.F("pointer", text("The place in the body (RFC 6901).")),
			tree.F("key", text("The key as it was sent.")),
			tree.F("name", text("The name that the key became.")),
			tree.F("rule", text("The rule that is broken.")),
			tree.F("want", text("What the rule asks for.")),
			tree.F("got", text("A kind or a length, never a value.")),
		)),
	))
}

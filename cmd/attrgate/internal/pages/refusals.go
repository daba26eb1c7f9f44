package pages

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/reference"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// advice is what a client should do about a refusal: what no code says.
var advice = map[middleware.Code]string{
	middleware.AmbiguousPath:          "Send the path in its plain form: no percent-encoded letters, doubled slashes, dot segments or parameters, and the letter case of the documentation.",
	middleware.InvalidPath:            "Send an identifier of the form that the API documents.",
	middleware.MethodOverride:         "Send the request with its own method, and without override headers and the query parameter `_method`.",
	middleware.TokenMissing:           "Obtain an access token with the scope that the challenge names, and send it in the Authorization header.",
	middleware.InvalidRequest:         "Send one Authorization header with a scheme and a token, and no token anywhere else. The detail says what was wrong.",
	middleware.InvalidToken:           "Obtain a new token, and repeat the request once. If that one is not accepted either, it is from another issuer or for another audience.",
	middleware.InvalidProof:           "Make a new proof for this very request, with the key that the token is bound to. Each proof is good once.",
	middleware.VerifierUnavailable:    "Try again after the time in Retry-After. The token may be good.",
	middleware.InsufficientScope:      "Ask the authorization server for a token with the scope that the challenge names. Another try with the same token is in vain.",
	middleware.RateLimited:            "Try again after the time in Retry-After. The fields RateLimit-Policy and RateLimit of every answer say how many requests are left.",
	middleware.UnsupportedMediaType:   "Send `Content-Type: application/json`, UTF-8 and no Content-Encoding.",
	middleware.TooLarge:               "Send fewer or shorter attributes.",
	middleware.BodyTimeout:            "Send the body without pauses. Nothing is wrong with what came of it.",
	middleware.MalformedJSON:          "Send one JSON document in which no member's name comes twice. The detail says what was met.",
	middleware.InvalidShape:           "Put the attributes where the violations say. Another try with the same body is in vain.",
	middleware.InvalidAttributes:      "Change what the violations list: all of it is there. Another try with the same body is in vain.",
	middleware.CredentialsUnavailable: "Try again after the time in Retry-After. Nothing is wrong with the request.",
}

// Refusals writes the page of all refusals.
func Refusals(refusals []*reference.Refusal) ([]byte, error) {
	var b strings.Builder
	b.WriteString(`# Refusals

` + generated + `

A request that may not go on gets one of these answers. Codes do not change; the words in ` + "`detail`" + ` may. The
body is a problem (RFC 9457, ` + "`application/problem+json`" + `) with ` + "`status`, `code`, `detail`" + ` and, for what is in the body
of the request, ` + "`violations`" + `; on routes with ` + "`errors: native`" + ` it is the backend's own envelope, in which
SalesIQ has a code and ExpertFlow has none. Each answer has
` + "`Cache-Control: no-store`" + `. Challenges are values of WWW-Authenticate; one with an error names it, as RFC 6750,
section 3, and RFC 9449, section 7.1, have it.

The steps of the gate run in this order, and the first that fails answers. Nothing is read from the body before
the caller is known.

| Code | Status | Challenge | Retry-After | SalesIQ's code |
|---|---|---|---|---|
`)
	for _, r := range refusals {
		fmt.Fprintf(&b, "| [`%s`](#%[1]s) | %d | %s | %s | %s |\n", r.Code, r.Status, challenge(r), yes(r.RetryAfter), salesIQ(r))
	}
	for _, r := range refusals {
		say, known := advice[middleware.Code(r.Code)]
		if !known {
			return nil, fmt.Errorf("%s: say in advice what a client should do", r.Code)
		}
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n**Client:** %s\n", r.Code, sentence(r.Doc), say)
	}
	return []byte(b.String()), nil
}

func challenge(r *reference.Refusal) string {
	switch {
	case !r.Challenge:
		return ""
	case r.Error == "":
		return "without error"
	}
	return "`error=\"" + r.Error + "\"`"
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return ""
}

// salesIQ asks the refusal itself which code SalesIQ's envelope would have, with each of
// the path variables that make a difference.
func salesIQ(r *reference.Refusal) string {
	var codes []string
	for _, variable := range []string{"conversation_id", "screen_name"} {
		refusal := middleware.Refusal{Status: r.Status, Code: middleware.Code(r.Code), Variable: variable, Envelope: policy.SalesIQCustomInfo}
		answer := httptest.NewRecorder()
		refusal.ServeHTTP(answer, httptest.NewRequest("PUT", "/", nil))
		var envelope struct{ Error struct{ Code int } }
		_ = json.Unmarshal(answer.Body.Bytes(), &envelope) // the envelope is JSON
		codes = append(codes, strconv.Itoa(envelope.Error.Code))
	}
	return strings.Join(slices.Compact(codes), ", for `screen_name` ")
}

func sentence(text string) string {
	return strings.ToUpper(text[:1]) + text[1:]
}

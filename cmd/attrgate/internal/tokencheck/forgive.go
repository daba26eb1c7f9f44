package tokencheck

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
)

// forgive changes the issuer or the clock so that a check that failed no longer does, and
// tells whether that is possible.
func (e *exam) forgive(err error, issuer *policy.Issuer, t Token) bool {
	switch {
	case errors.Is(err, token.ErrType):
		kind, _ := t.Header["typ"].(string)
		forgiven := len(issuer.TokenTypes) == 1 && issuer.TokenTypes[0] == kind
		issuer.TokenTypes = []string{kind}
		return !forgiven && kind != ""
	case errors.Is(err, token.ErrExpired):
		e.timed, issuer.MaxAge = true, ""
		e.now = date(t.Claims["exp"]).Add(-time.Second)
		return true
	case errors.Is(err, token.ErrNotYetValid):
		e.timed = true
		e.now = date(t.Claims["nbf"])
		if issued := date(t.Claims["iat"]); issued.After(e.now) {
			e.now = issued
		}
		return true
	case errors.Is(err, token.ErrAudience):
		audience := firstText(t.Claims["aud"])
		forgiven := len(issuer.Audiences) == 1 && issuer.Audiences[0] == audience
		issuer.Audiences = []string{audience}
		return !forgiven && audience != ""
	}
	return false
}

// wanted says what the policy accepts where the token's own side is in its claims.
func wanted(err error, issuer policy.Issuer) string {
	switch {
	case errors.Is(err, token.ErrAudience):
		return "the policy has " + strings.Join(issuer.Audiences, ", ")
	case errors.Is(err, token.ErrType) && len(issuer.TokenTypes) > 0:
		return "the policy has " + strings.Join(issuer.TokenTypes, ", ")
	case errors.Is(err, token.ErrAlgorithm) && len(issuer.Algorithms) > 0:
		return "the policy has " + strings.Join(issuer.Algorithms, ", ")
	case errors.Is(err, token.ErrExpired) && issuer.MaxAge != "":
		return "the policy has maxAge " + issuer.MaxAge
	}
	return ""
}

func date(claim any) time.Time {
	number, _ := claim.(json.Number)
	seconds, _ := number.Float64()
	return time.Unix(int64(seconds), 0)
}

func firstText(claim any) string {
	if list, ok := claim.([]any); ok && len(list) > 0 {
		claim = list[0]
	}
	text, _ := claim.(string)
	return text
}

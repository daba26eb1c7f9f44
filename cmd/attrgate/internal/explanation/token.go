package explanation

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tokencheck"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/token"
)

// raw is the token that the gate took from the request; empty if it took none.
func (e *explainer) raw() string {
	sent, err := token.Extract(e.request, e.route.Schemes)
	if err != nil {
		return ""
	}
	return sent.Raw
}

// fillToken tells what is known of the token, and whether its scopes are enough.
func (e *explainer) fillToken() {
	if e.seen.Scheme == "" {
		return
	}
	t := &Token{Scheme: e.seen.Scheme, Kind: "opaque", Claimed: e.stand.claimed, Verified: e.seen.Claims != nil}
	raw := e.raw()
	if decoded, isJWT := tokencheck.Decode(raw); isJWT {
		t.Kind = "JWT"
		e.decoded(t, decoded)
	}
	if claims := e.seen.Claims; claims != nil {
		t.Issuer, t.Subject, t.ClientID = claims.Issuer, claims.Subject, claims.ClientID
		if t.Kind != "JWT" && claims.Issuer == "" && !t.Claimed {
			t.Kind = "static"
		}
		if t.Expires == nil && !claims.Expiry.IsZero() {
			t.Expires = e.relative(claims.Expiry)
		}
		e.fillScopes(claims)
	}
	e.fillChecks(t, raw)
	e.report.Token = t
}

// decoded takes over what a JWT says of itself.
func (e *explainer) decoded(t *Token, jwt tokencheck.Token) {
	t.Issuer, t.Subject = text(jwt.Claims["iss"]), text(jwt.Claims["sub"])
	t.Audience, t.ClientID = text(jwt.Claims["aud"]), text(jwt.Claims["client_id"])
	if t.ClientID == "" {
		t.ClientID = text(jwt.Claims["azp"])
	}
	if !t.Claimed { // then the header is ours
		t.KeyID, t.Algorithm, t.Type = text(jwt.Header["kid"]), text(jwt.Header["alg"]), text(jwt.Header["typ"])
	}
	t.Issued, t.NotBefore, t.Expires = e.date(jwt.Claims["iat"]), e.date(jwt.Claims["nbf"]), e.date(jwt.Claims["exp"])
}

// fillChecks lists all that is wrong with a token that is not good. The gate stops at the
// first.
func (e *explainer) fillChecks(t *Token, raw string) {
	if e.seen.TokenError == nil {
		return
	}
	if !e.options.Online {
		p := e.asked
		if e.stand.claimed {
			p = e.stand.policy
		}
		found := tokencheck.Examine(p, raw, e.options.Now)
		t.Failed, t.Unchecked = found.Failed, found.Unchecked
	}
	if len(t.Failed) == 0 && e.need == "" {
		t.Failed = []string{e.seen.TokenError.Error()}
	}
}

func (e *explainer) fillScopes(claims *token.Claims) {
	s := &Scopes{Wanted: []string{}, Match: e.route.ScopeMatch, Held: append([]string{}, claims.Scopes...), Missing: []string{}}
	for _, v := range e.seen.Scopes {
		s.Wanted = append(s.Wanted, v.Scope)
		if !v.Held {
			s.Missing = append(s.Missing, v.Scope)
		}
	}
	if code(e.seen.Decision) != middleware.InsufficientScope {
		s.Missing = []string{} // one of several is enough
	}
	e.report.Scopes = s
}

// text writes a claim as a word; a list with spaces between.
func text(claim any) string {
	switch claim := claim.(type) {
	case string:
		return claim
	case []any:
		var words []string
		for _, element := range claim {
			words = append(words, text(element))
		}
		return strings.Join(words, " ")
	}
	return ""
}

func (e *explainer) date(claim any) *Time {
	number, isNumber := claim.(json.Number)
	seconds, err := number.Float64()
	if !isNumber || err != nil || seconds < 0 || seconds > 253402300799 { // the year 9999
		return nil
	}
	return e.relative(time.Unix(int64(seconds), 0))
}

func (e *explainer) relative(at time.Time) *Time {
	distance := at.Sub(e.options.Now)
	if at.Year()-e.options.Now.Year() > 200 || distance == 0 {
		return &Time{Time: at.UTC(), Relative: map[bool]string{true: "now", false: "in centuries"}[distance == 0]}
	}
	if distance < 0 {
		return &Time{Time: at.UTC(), Relative: span(-distance) + " ago"}
	}
	return &Time{Time: at.UTC(), Relative: "in " + span(distance)}
}

// span rounds a time down to the largest unit of which there are two.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{365 * day, "years"}, {30 * day, "months"}, {day, "days"}, {time.Hour, "hours"}, {time.Minute, "minutes"}} {
		if n := d / unit.size; n >= 2 {
			return fmt.Sprintf("%d %s", n, unit.name)
		}
	}
	return fmt.Sprintf("%d seconds", d/time.Second)
}

package main

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"
)

// callers is how many there are; each has a new token every hour.
const callers = 500

// perSecond is how fast the made-up time goes.
const perSecond = 50

type traffic struct {
	*rand.Rand
	at time.Time
}

// writeTraffic writes a log with one JSON object a line. Equal numbers give equal logs.
func writeTraffic(to io.Writer, requests int) error {
	out := bufio.NewWriterSize(to, 1<<20)
	t := traffic{Rand: rand.New(rand.NewPCG(1, 2))}
	began := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for i := range requests {
		t.at = began.Add(time.Duration(i) * time.Second / perSecond)
		if _, err := fmt.Fprintln(out, t.line()); err != nil {
			return err
		}
	}
	return out.Flush()
}

// line is a request to one of the built-in routes, or to another path. Once in a thousand
// times a line is broken.
func (t traffic) line() string {
	var method, path, body string
	switch n := t.IntN(1000); {
	case n == 0:
		return `{"method": "PUT", "path": "/api/v2/acme/conv`
	case n < 700:
		method, path, body = "PUT", fmt.Sprintf("/api/v2/acme/conversations/%d", 1000000+t.IntN(1000000)), t.object()
	case n < 950:
		method, path, body = "PUT", fmt.Sprintf("/forms/%024x", t.Uint32()), t.list()
	default:
		method, path, body = "GET", fmt.Sprintf("/reports/%d", t.IntN(100)), `""`
	}
	return fmt.Sprintf(`{"time": %q, "method": %q, "path": %q, "headers": {"Host": "gateway.example.com", "User-Agent": "agent-desktop/7.2", `+
		`"Authorization": "Bearer %s", "Content-Type": "application/json", "X-Request-Id": "%016x"}, "body": %s, "status": 200}`,
		t.at.Format(time.RFC3339Nano), method, path, t.token(), t.Uint64(), body)
}

// token is what an issuer would have signed. Some callers lack a scope.
func (t traffic) token() string {
	caller := t.IntN(callers)
	scope := "SalesIQ.conversations.UPDATE channel-session:update"
	if caller%50 == 7 {
		scope = "channel-session:update"
	}
	issued := t.at.Truncate(time.Hour).Unix() - 60
	claims := fmt.Sprintf(`{"iss":"https://idp.example.com","sub":"agent-%d","aud":"contact-centre","client_id":"desk-%d","scope":%q,"iat":%d,"exp":%d,"jti":"%d-%d"}`,
		caller, caller%20, scope, issued, issued+3700, caller, issued)
	return encode(`{"alg":"RS256","typ":"at+jwt","kid":"2026-03"}`) + "." + encode(claims) + "." + strings.Repeat("A", 342)
}

func encode(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// object is a body for SalesIQ, list one for ExpertFlow. Some values are long, some odd.
func (t traffic) object() string {
	return fmt.Sprintf(`{"customer_info": {"%%visitor.custominfo.Model%%": "Class X%d", "Branch": %q, "Order ID": "%d", "Remark": %q}}`,
		t.IntN(100), t.word(), t.IntN(1e6), t.remark())
}

func (t traffic) list() string {
	return fmt.Sprintf(`[{"key": "city", "type": "String50", "value": %q}, {"key": "phone", "type": "PhoneNumber", "value": "+61 2 %04d %04d"}]`,
		t.remark(), t.IntN(1e4), t.IntN(1e4))
}

func (t traffic) word() string {
	words := []string{"Sydney", "Perth", "Hobart", "Darwin", "Cairns"}
	return words[t.IntN(len(words))]
}

func (t traffic) remark() string {
	words := make([]string, 1+t.IntN(8))
	for i := range words {
		words[i] = t.word()
	}
	return strings.Join(words, " ")
}

package cli

import (
	"net/http"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/authserver"
)

// demoTokenLife is longer than anyone will look at a demo.
const demoTokenLife = 12 * time.Hour

// The two guarded requests, with ids of the length that the products use.
const (
	demoConversation = "/api/v2/zylker/conversations/4000000012345678"
	demoSession      = "/forms/64b0f5a2c3d4e5f60718293a"
)

// demoScript is what the demo tells its user.
type demoScript struct {
	Gateway             string        `json:"gateway"`
	Backend             string        `json:"backend"`
	AuthorizationServer string        `json:"authorizationServer"`
	Audience            string        `json:"audience"`
	ClientID            string        `json:"clientID"`
	ClientSecret        string        `json:"clientSecret"`
	Requests            []demoRequest `json:"requests"`

	tokens demoTokens
}

// demoRequest is one thing to try.
type demoRequest struct {
	Name    string       `json:"name"`
	About   string       `json:"about"`
	Expect  string       `json:"expect"`
	Status  int          `json:"status"`
	Method  string       `json:"method"`
	URL     string       `json:"url"`
	Headers []demoHeader `json:"headers,omitempty"`
	User    string       `json:"user,omitempty"` // id:secret, for Basic authentication
	Body    string       `json:"body,omitempty"`
	Command string       `json:"command"`
}

type demoHeader struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func newDemoScript(s *demoStage) (demoScript, error) {
	tokens, err := mintDemoTokens(s.authorization, time.Now())
	if err != nil {
		return demoScript{}, err
	}
	script := demoScript{
		Gateway: s.gateway.url(), Backend: s.backend.url(), AuthorizationServer: s.issuer.url(),
		Audience: demoAudience, ClientID: demoClient, ClientSecret: demoSecret,
		Requests: demoRequests(s.gateway.url(), tokens), tokens: tokens,
	}
	script.Requests = append(script.Requests, demoTokenRequest(s.issuer.url()))
	for i := range script.Requests {
		script.Requests[i].Command = script.Requests[i].curl()
	}
	return script, nil
}

// demoTokens are ready to be sent.
type demoTokens struct {
	full, readOnly, expired string
}

func mintDemoTokens(s *authserver.Server, now time.Time) (tokens demoTokens, err error) {
	all := []string{scopeSalesIQ, scopeExpertFlow}
	for _, t := range []struct {
		into   *string
		scopes []string
		expiry time.Time
	}{
		{&tokens.full, all, now.Add(demoTokenLife)},
		{&tokens.readOnly, []string{scopeReadOnly}, now.Add(demoTokenLife)},
		{&tokens.expired, all, now.Add(-time.Hour)},
	} {
		issued := now
		if t.expiry.Before(now) {
			issued = t.expiry.Add(-time.Hour)
		}
		*t.into, err = s.Mint(authserver.Token{ClientID: demoClient, Scopes: t.scopes, IssuedAt: issued, Expiry: t.expiry})
		if err != nil {
			return tokens, err
		}
	}
	return tokens, nil
}

func demoRequests(gateway string, tokens demoTokens) []demoRequest {
	put := func(path, token, body string) demoRequest {
		return demoRequest{
			Method: http.MethodPut, URL: gateway + path, Body: body,
			Headers: []demoHeader{{"Content-Type", "application/json"}, {"Authorization", "Bearer " + token}},
		}
	}
	return []demoRequest{
		put(demoConversation, tokens.full, `{"customer_info":{"Model":"Class X9","Branch":"Sydney"}}`).
			says("salesiq", 200, "SalesIQ: an update in order", "the conversation, with Model and Branch in customer_info"),
		put(demoSession, tokens.full, `[{"key":"info","type":"AlphanumSpecial200","value":{"plan":"gold","since":"2021"}},`+
			`{"key":"name","type":"String2000","value":"Ada Example"}]`).
			says("expertflow", 200, "ExpertFlow: an update in order", "the channel session, with info and name in additionalAttributes"),
		put(demoConversation, tokens.full, `{"customer_info":{"%visitor.custominfo.Model%":"Class X10"}}`).
			says("wrapped-key", 200, "A key in the form in which bots read it", "the same conversation: the gateway forwarded the key as Model"),
		put(demoSession, tokens.full, `[{"key":"info","type":"AlphanumSpecial200","value":"12\" wheels"},`+
			`{"key":"name","type":"String2000","value":42}]`).
			says("broken-attributes", 422, "A quote under AlphanumSpecial200, a number under String2000", "both violations; the backend sees nothing"),
		put(demoConversation, tokens.readOnly, `{"customer_info":{"Model":"Class X9"}}`).
			says("without-scope", 403, "A token without the scope", "insufficient_scope, and the scope to ask for"),
		put(demoConversation, tokens.expired, `{"customer_info":{"Model":"Class X9"}}`).
			says("expired", 401, "A token that expired an hour ago", "invalid_token"),
		demoRequest{Method: http.MethodGet, URL: gateway + demoConversation}.
			says("not-guarded", 200, "Another method: not guarded, passes untouched and without a token", "the conversation as it is now"),
	}
}

func demoTokenRequest(issuer string) demoRequest {
	return demoRequest{
		Method: http.MethodPost, URL: issuer + "/token", User: demoClient + ":" + demoSecret,
		Body: "grant_type=client_credentials&scope=" + scopeSalesIQ,
	}.says("fresh-token", 200, "A fresh token from the authorization server", "an access_token that lives one hour; leave scope out for all scopes")
}

func (r demoRequest) says(name string, status int, about, expect string) demoRequest {
	r.Name, r.Status, r.About, r.Expect = name, status, about, expect
	return r
}

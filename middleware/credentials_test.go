package middleware_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// TestCredentialsRequest holds the request for a token to RFC 6749, for both grants and
// both ways to authenticate, and shows that the caller's token stays at the gate.
func TestCredentialsRequest(t *testing.T) {
	tests := map[string]struct {
		change func(*policy.Credentials)
		form   url.Values
		basic  string
	}{
		"client credentials": {
			func(c *policy.Credentials) { c.Scopes = []string{"a", "b"} },
			url.Values{"grant_type": {"client_credentials"}, "client_id": {"gate"}, "client_secret": {"s3cret"}, "scope": {"a b"}}, "",
		},
		"refresh token": {
			func(c *policy.Credentials) { c.Grant = "refresh_token"; c.RefreshToken = "r+f" },
			url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"r+f"}, "client_id": {"gate"}, "client_secret": {"s3cret"}}, "",
		},
		"audiences and resources": {
			func(c *policy.Credentials) {
				c.Audiences = []string{"https://a.example.com", "b"}
				c.Resources = []string{"https://r.example.com/x?y", "urn:example:r"}
			},
			url.Values{
				"grant_type": {"client_credentials"}, "client_id": {"gate"}, "client_secret": {"s3cret"},
				"audience": {"https://a.example.com", "b"}, "resource": {"https://r.example.com/x?y", "urn:example:r"},
			}, "",
		},
		"a resource of a refresh token": {
			func(c *policy.Credentials) {
				c.Grant = "refresh_token"
				c.RefreshToken = "r"
				c.Resources = []string{"https://r.example.com"}
			},
			url.Values{
				"grant_type": {"refresh_token"}, "refresh_token": {"r"}, "client_id": {"gate"}, "client_secret": {"s3cret"},
				"resource": {"https://r.example.com"},
			}, "",
		},
		"basic": {
			func(c *policy.Credentials) { c.Auth = "basic"; c.ClientID = "a:b"; c.ClientSecret = "ü %" },
			url.Values{"grant_type": {"client_credentials"}}, "a%3Ab:%C3%BC+%25",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			u := newUpstream(t, func(r *policy.Route) { test.change(&r.Forward.Credentials) })
			u.expect(t, "Zoho-oauthtoken own-1")
			u.expect(t, "Zoho-oauthtoken own-1")
			u.await(t, 1)
			got := u.endpoint.requests()[0]
			form, err := url.ParseQuery(got.body)
			if err != nil || form.Encode() != test.form.Encode() {
				t.Errorf("asked with %s, want %s", got.body, test.form.Encode())
			}
			user, password, basic := (&http.Request{Header: got.header}).BasicAuth()
			if basic != (test.basic != "") || (basic && user+":"+password != test.basic) {
				t.Errorf("authenticated by %v as %s with %s", basic, user, password)
			}
			if kind := got.header.Get("Content-Type"); kind != "application/x-www-form-urlencoded" {
				t.Errorf("asked as %s", kind)
			}
			sent := u.backend.requests()[0]
			if sent.body != `{"customer_info": {"Model": "Class X9"}}` || strings.Contains(fmt.Sprint(sent), "Bearer token") {
				t.Errorf("the backend got %v", sent)
			}
		})
	}
}

// TestCredentialsLifetime reads both dialects of expires_in: at nine tenths the next token
// is asked for, at the end the old one serves no more.
func TestCredentialsLifetime(t *testing.T) {
	tests := map[string]struct {
		members string
		life    time.Duration
	}{
		"seconds":           {`"expires_in": 3600`, time.Hour},
		"seconds as text":   {`"expires_in": "3600"`, time.Hour},
		"milliseconds":      {`"expires_in": 3600000, "expires_in_sec": 3600, "api_domain": "x"`, time.Hour},
		"not told":          {`"token_type": "Bearer"`, 10 * time.Minute},
		"longer than a day": {`"expires_in": 1e300`, 24 * time.Hour},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			u := newUpstream(t)
			u.endpoint.set(func(n int, w http.ResponseWriter, _ *http.Request) {
				if n > 1 {
					w.WriteHeader(http.StatusInternalServerError)
					return
				}
				fmt.Fprintf(w, `{"access_token": "own-1", %s}`, test.members)
			})
			u.expect(t, "Zoho-oauthtoken own-1")
			u.clock.advance(test.life/10*9 - time.Second)
			u.expect(t, "Zoho-oauthtoken own-1")
			u.await(t, 1)
			u.clock.advance(time.Second)
			u.expect(t, "Zoho-oauthtoken own-1")
			u.await(t, 2)
			u.clock.advance(test.life/10 - time.Second)
			u.expect(t, "Zoho-oauthtoken own-1")
			u.clock.advance(time.Second)
			if got := u.put(t); got.status != http.StatusServiceUnavailable {
				t.Errorf("after its end: %d %s", got.status, got.body)
			}
		})
	}
}

// TestCredentialsUnavailable holds the gate to 503 whatever is wrong with the answer, to
// telling the operator and not the client, and to asking again after a pause.
func TestCredentialsUnavailable(t *testing.T) {
	tests := map[string]struct {
		answer func(int, http.ResponseWriter, *http.Request)
		cause  string
	}{
		"error with status 200":    {text(200, "application/json", `{"error":"invalid_code"}`), "200 invalid_code"},
		"error beside a token":     {text(200, "application/json", `{"error":"x","access_token":"a"}`), "200 x"},
		"access denied":            {text(200, "application/json", `{"error_description":"too many","error":"Access Denied","status":"failure"}`), "200 Access Denied"},
		"access denied as a page":  {text(200, "text/html", `<html>Access Denied</html>`), "answered 200"},
		"error with status 401":    {text(401, "application/json", `{"error":"invalid_client"}`), "401 invalid_client"},
		"error that is not a code": {text(400, "application/json", `{"error":"no such secret: s3cret"}`), "400 with an error"},
		"error object":             {text(400, "application/json", `{"error":{"a":1}}`), "400 with an error"},
		"created":                  {text(201, "application/json", `{"access_token":"a"}`), "201"},
		"redirect": {func(_ int, w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/", http.StatusTemporaryRedirect)
		}, "307"},
		"no token":                  {text(200, "application/json", `{"expires_in":3600}`), "200"},
		"token that breaks headers": {text(200, "application/json", `{"access_token":"a\r\nb"}`), "not well-formed"},
		"another kind of token":     {text(200, "application/json", `{"access_token":"a","token_type":"DPoP"}`), "not a bearer token"},
		"no lifetime":               {text(200, "application/json", `{"access_token":"a","expires_in":0}`), "lifetime"},
		"negative lifetime":         {text(200, "application/json", `{"access_token":"a","expires_in":-1}`), "lifetime"},
		"huge":                      {text(200, "application/json", `{"access_token":"a"}`+strings.Repeat(" ", 70000)), "longer than"},
		"cut":                       {cut, "breaks off"},
		"no answer":                 {func(int, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "cannot be reached: EOF"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			u := newUpstream(t)
			u.endpoint.set(test.answer)
			got := u.put(t)
			if got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, `"credentials_unavailable"`) || got.header.Get("Retry-After") == "" {
				t.Errorf("got %d, Retry-After %s: %s", got.status, got.header.Get("Retry-After"), got.body)
			}
			refusal := u.lastDecision().Refusal
			if refusal == nil || !strings.Contains(refusal.Cause, test.cause) || strings.Contains(refusal.Cause, "s3cret") {
				t.Fatalf("noted %+v, want the cause %q", refusal, test.cause)
			}
			if strings.Contains(got.body, refusal.Cause) {
				t.Errorf("told the client %s", got.body)
			}
			if u.put(t).status != http.StatusServiceUnavailable || u.endpoint.count() != 1 || u.backend.count() != 0 {
				t.Errorf("asked %d times without a pause, forwarded %d", u.endpoint.count(), u.backend.count())
			}
			u.endpoint.set(issuing)
			u.clock.advance(20 * time.Second)
			u.expect(t, "Zoho-oauthtoken own-2")
		})
	}
}

func cut(_ int, w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	_, _ = w.Write([]byte(`{"access_token":"a"}`))
}

// TestCredentialsEndpointDown shows an endpoint that refuses connections, whose address may
// hold a secret.
func TestCredentialsEndpointDown(t *testing.T) {
	u := newUpstream(t, func(r *policy.Route) { r.Forward.Credentials.TokenURL = "http://127.0.0.1:1/token?key=hidden" })
	if got := u.put(t); got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") == "" {
		t.Errorf("got %d %s", got.status, got.body)
	}
	cause := u.lastDecision().Refusal.Cause
	if !strings.Contains(cause, "cannot be reached") || strings.Contains(cause, "hidden") {
		t.Errorf("noted %s", cause)
	}
}

// TestCredentialsOneFlight sends 50 requests at once to a gate without a token.
func TestCredentialsOneFlight(t *testing.T) {
	u := newUpstream(t)
	release := make(chan struct{})
	u.endpoint.set(func(n int, w http.ResponseWriter, r *http.Request) {
		<-release
		issuing(n, w, r)
	})
	var all sync.WaitGroup
	for i := 0; i < 50; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			u.expect(t, "Zoho-oauthtoken own-1")
		}()
	}
	u.await(t, 1)
	close(release)
	all.Wait()
	u.await(t, 1)
}

// TestCredentialsRenewedInTheBackground shows the old token serving while the endpoint
// keeps silent about the new one.
func TestCredentialsRenewedInTheBackground(t *testing.T) {
	u := newUpstream(t)
	u.expect(t, "Zoho-oauthtoken own-1")
	release := make(chan struct{})
	u.endpoint.set(func(n int, w http.ResponseWriter, r *http.Request) {
		<-release
		issuing(n, w, r)
	})
	u.clock.advance(54 * time.Minute)
	u.expect(t, "Zoho-oauthtoken own-1")
	u.await(t, 2)
	u.expect(t, "Zoho-oauthtoken own-1")
	close(release)
	u.clock.advance(6 * time.Minute) // the old one has ended: whoever comes now waits
	u.expect(t, "Zoho-oauthtoken own-2")
	u.await(t, 2)
}

// TestCredentialsWindow shows that a broken endpoint is asked at most as often as the
// window allows, in every window of an hour of steady traffic, and is soon found again.
func TestCredentialsWindow(t *testing.T) {
	u := newUpstream(t)
	var asked []time.Time
	u.endpoint.set(func(int, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	for i := 0; i < 60*12; i++ {
		before := u.endpoint.count()
		u.put(t)
		for n := before; n < u.endpoint.count(); n++ {
			asked = append(asked, u.clock.now())
		}
		u.clock.advance(5 * time.Second)
	}
	for i := 10; i < len(asked); i++ {
		if asked[i].Sub(asked[i-10]) < 10*time.Minute {
			t.Fatalf("eleven tokens from %s to %s", asked[i-10], asked[i])
		}
	}
	u.endpoint.set(issuing)
	u.clock.advance(2*time.Minute + 10*time.Second)
	u.expect(t, fmt.Sprintf("Zoho-oauthtoken own-%d", len(asked)+1))
}

// TestCredentialsWindowCountsTokens lets a server issue tokens that end at once.
func TestCredentialsWindowCountsTokens(t *testing.T) {
	u := newUpstream(t, func(r *policy.Route) {
		r.Forward.Credentials.MaxPerWindow = 3
		r.Forward.Credentials.Window = "1m"
	})
	u.endpoint.set(text(200, "application/json", `{"access_token": "short", "expires_in": 1}`))
	for i := 0; i < 3; i++ {
		u.expect(t, "Zoho-oauthtoken short")
		u.clock.advance(10 * time.Second)
	}
	got := u.put(t)
	if got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") != "30" {
		t.Errorf("the fourth: %d, Retry-After %s", got.status, got.header.Get("Retry-After"))
	}
	if cause := u.lastDecision().Refusal.Cause; !strings.Contains(cause, "window") {
		t.Errorf("noted %s", cause)
	}
	u.clock.advance(29 * time.Second)
	if got := u.put(t); got.status != http.StatusServiceUnavailable {
		t.Errorf("before the window is over: %d", got.status)
	}
	u.clock.advance(time.Second)
	u.expect(t, "Zoho-oauthtoken short")
	u.await(t, 4)
}

// TestCredentialsOutliveTheGate builds the gate again, as Traefik does at each change of
// its configuration, with another scheme and another limit.
func TestCredentialsOutliveTheGate(t *testing.T) {
	u := newUpstream(t)
	u.expect(t, "Zoho-oauthtoken own-1")
	u.gate.Config.Handler = u.handler(t, func(r *policy.Route) {
		r.Forward.Credentials.Scheme = "Bearer"
		r.Forward.Credentials.MaxPerWindow = 5
	})
	u.expect(t, "Bearer own-1")
	u.gate.Config.Handler = u.handler(t, func(r *policy.Route) { r.Forward.Credentials.ClientSecret = "other" })
	u.expect(t, "Zoho-oauthtoken own-2")
	u.await(t, 2)
}

// TestCredentialsSecrets reads secrets from the environment and from files, anew when a
// file changes.
func TestCredentialsSecrets(t *testing.T) {
	file := filepath.Join(t.TempDir(), "refresh")
	t.Setenv("ATTRGATE_TEST_SECRET", "from env")
	u := newUpstream(t, func(r *policy.Route) {
		c := &r.Forward.Credentials
		c.ClientSecret = ""
		c.ClientSecretEnv = "ATTRGATE_TEST_SECRET"
		c.Grant = "refresh_token"
		c.RefreshTokenFile = file
	})
	if got := u.put(t); got.status != http.StatusServiceUnavailable || u.endpoint.count() != 0 {
		t.Errorf("without the file: %d, asked %d times", got.status, u.endpoint.count())
	}
	for i, content := range []string{"first\n", " second"} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		u.clock.advance(time.Hour)
		u.expect(t, fmt.Sprintf("Zoho-oauthtoken own-%d", i+1))
		form, _ := url.ParseQuery(u.endpoint.requests()[i].body)
		if form.Get("refresh_token") != strings.TrimSpace(content) || form.Get("client_secret") != "from env" {
			t.Errorf("asked with %v", form)
		}
	}
}

// TestCredentialsOnlyForGoodRequests: nothing is asked for, for a request that is refused.
func TestCredentialsOnlyForGoodRequests(t *testing.T) {
	u := newUpstream(t)
	for _, got := range []reply{u.send(t, "{", nil), u.send(t, goodBody, map[string]string{"Authorization": "Bearer other"})} {
		if got.status != http.StatusBadRequest && got.status != http.StatusUnauthorized {
			t.Errorf("got %d %s", got.status, got.body)
		}
	}
	if u.endpoint.count() != 0 || u.backend.count() != 0 {
		t.Errorf("asked %d, forwarded %d", u.endpoint.count(), u.backend.count())
	}
}

// TestCredentialsInReportMode: a caller who may call the route calls with the gate's token
// whatever the body is; anybody else as they came. Without a token nobody's goes on.
func TestCredentialsInReportMode(t *testing.T) {
	u := newUpstream(t, func(r *policy.Route) { r.Mode = "report" })
	tests := []struct{ body, authorization, want string }{
		{goodBody, "Bearer token", "Zoho-oauthtoken own-1"},
		{"{", "Bearer token", "Zoho-oauthtoken own-1"},
		{goodBody, "Zoho-oauthtoken 1000.a.b", "Zoho-oauthtoken 1000.a.b"},
		{goodBody, "Basic eDp5", "Basic eDp5"},
	}
	for i, test := range tests {
		got := u.send(t, test.body, map[string]string{"Authorization": test.authorization})
		if got.body != "hello "+test.want || u.backend.requests()[i].body != test.body {
			t.Errorf("%v: got %s", test, got.body)
		}
	}
	u.endpoint.set(func(int, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	u.clock.advance(2 * time.Hour)
	if got := u.put(t); got.body != "hello " || u.lastDecision().Refusal.Code != middleware.CredentialsUnavailable {
		t.Errorf("without a token: %s, %+v", got.body, u.lastDecision())
	}
}

// TestForwardProblems holds New to reporting what is wrong with what is forwarded.
func TestForwardProblems(t *testing.T) {
	u := &upstream{tokenURL: "https://idp.example.com/token"}
	tests := map[string]func(*policy.Forward){
		"credentials.tokenURL":     func(f *policy.Forward) { f.Credentials.TokenURL = "http://idp.example.com/token" },
		"credentials.grant":        func(f *policy.Forward) { f.Credentials.Grant = "password" },
		"credentials.clientID":     func(f *policy.Forward) { f.Credentials.ClientID = "" },
		"credentials.clientSecret": func(f *policy.Forward) { f.Credentials.ClientSecretEnv = "X" },
		"credentials.refreshToken": func(f *policy.Forward) { f.Credentials.RefreshTokenFile = "x" },
		"credentials.auth":         func(f *policy.Forward) { f.Credentials.Auth = "none" },
		"credentials.scopes[1]":    func(f *policy.Forward) { f.Credentials.Scopes = []string{"a", "b c"} },
		"credentials.audiences[1]": func(f *policy.Forward) { f.Credentials.Audiences = []string{"a", "b c"} },
		"credentials.resources[0]": func(f *policy.Forward) { f.Credentials.Resources = []string{"https://a.example.com/#b"} },
		"credentials.resources[1]": func(f *policy.Forward) { f.Credentials.Resources = []string{"urn:a:b", "/b"} },
		"credentials.scheme":       func(f *policy.Forward) { f.Credentials.Scheme = "a b" },
		"credentials.maxPerWindow": func(f *policy.Forward) { f.Credentials.MaxPerWindow = -1 },
		"credentials.window":       func(f *policy.Forward) { f.Credentials.Window = "1ms" },
		"headers[0].claim":         func(f *policy.Forward) { f.Headers = []policy.ClaimHeader{{Name: "X-A"}} },
		"headers[1].name":          func(f *policy.Forward) { f.Headers = claimHeaders("X-Auth-A", "x_auth_a") },
	}
	for path, change := range tests {
		got := problemsOf(u.policy(func(r *policy.Route) { change(&r.Forward) }))
		if len(got) != 1 || got[0].Path != "routes[0].forward."+path {
			t.Errorf("%s: got %v", path, got)
		}
	}
	for _, name := range []string{
		"", "a b", "é", "x:", "Host", "Authorization", "Connection", "Keep-Alive", "Te", "Trailer", "Upgrade", "Cookie",
		"Transfer_Encoding", "content-type", "Content_Length", "CONTENT-MD5", "Proxy-Authorization", "Expect",
	} {
		got := problemsOf(u.policy(func(r *policy.Route) { r.Forward.Headers = claimHeaders(name) }))
		if len(got) != 1 || got[0].Path != "routes[0].forward.headers[0].name" {
			t.Errorf("%q: got %v", name, got)
		}
	}
	only := problemsOf(u.policy(func(r *policy.Route) { r.Forward.Credentials = policy.Credentials{ClientID: "a"} }))
	if len(only) != 2 {
		t.Errorf("credentials without a tokenURL and a secret: %v", only)
	}
}

func claimHeaders(names ...string) (headers []policy.ClaimHeader) {
	for _, name := range names {
		headers = append(headers, policy.ClaimHeader{Name: name, Claim: "sub"})
	}
	return headers
}

func problemsOf(p policy.Policy) policy.Problems {
	_, err := middleware.New(p, middleware.Options{})
	var problems policy.Problems
	_ = errors.As(err, &problems)
	return problems
}

package tokencheck_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/authserver"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/tokencheck"
	"github.com/attrgate/attrgate/middleware/policy"
)

// issue starts an authorization server, and returns its URL and a token of it.
func issue(t *testing.T) (issuer, raw string) {
	t.Helper()
	var server http.Handler
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { server.ServeHTTP(w, r) }))
	t.Cleanup(listener.Close)
	real, err := authserver.New(authserver.Options{
		Issuer: listener.URL, Audience: "contact-centre",
		Clients: []authserver.Client{{ID: "crm", Secret: "example", Scopes: []string{"channel-session:update"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	server = real
	reply, err := http.PostForm(listener.URL+"/token", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {"crm"}, "client_secret": {"example"},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	var answer struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(reply.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return listener.URL, answer.Token
}

func TestTheIssuerIsAskedForItsKeys(t *testing.T) {
	issuer, raw := issue(t)
	p := policy.Policy{Issuers: []policy.Issuer{{Issuer: issuer, Audiences: []string{"contact-centre"}}}}
	for name, c := range map[string]struct {
		policy policy.Policy
		raw    string
		failed []string
	}{
		"good": {p, raw, []string{}},
		"for another audience": {
			policy.Policy{Issuers: []policy.Issuer{{Issuer: issuer, Audiences: []string{"billing"}}}}, raw,
			[]string{"the access token is for another audience; the policy has billing"},
		},
		"forged": {p, raw[:strings.LastIndex(raw, ".")+1] + strings.Repeat("A", 342), []string{"the access token has a wrong signature"}},
		"keys elsewhere": {
			policy.Policy{Issuers: []policy.Issuer{{Issuer: issuer, Audiences: []string{"contact-centre"}, JWKSURL: issuer + "/none"}}}, raw,
			[]string{"the issuer cannot be asked: " + issuer + ": " + issuer + "/none answered 404 Not Found"},
		},
	} {
		got := tokencheck.ExamineOnline(t.Context(), c.policy, c.raw, time.Now())
		if !slices.Equal(got.Failed, c.failed) || len(got.Unchecked) > 0 || len(got.Routes) != 2 {
			t.Errorf("%s: got %+v, want failed %q", name, got, c.failed)
		}
	}
	if got := tokencheck.Examine(p, raw, time.Now()); len(got.Unchecked) != 1 {
		t.Errorf("offline: got %+v, want the signature unchecked", got)
	}
}

// introspection answers about one token, and that no other is active.
func introspection(t *testing.T, raw, answer string) policy.Introspection {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.FormValue("token") != raw {
			answer = `{"active": false}`
		}
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(server.Close)
	return policy.Introspection{URL: server.URL, ClientID: "gate", ClientSecret: "example"}
}

func TestIntrospectionIsAsked(t *testing.T) {
	active := introspection(t, "opaque", `{"active": true, "scope": "channel-session:update", "token_type": "Bearer"}`)
	bound := introspection(t, "opaque", `{"active": true, "token_type": "DPoP", "cnf": {"jkt": "`+strings.Repeat("A", 43)+`"}}`)
	stranger := introspection(t, "other", "")
	broken := introspection(t, "opaque", "no JSON")
	for name, c := range map[string]struct {
		servers   []policy.Introspection
		failed    []string
		unchecked int
	}{
		"active":        {[]policy.Introspection{active}, []string{}, 0},
		"at the second": {[]policy.Introspection{stranger, broken, active}, []string{}, 0},
		"bound":         {[]policy.Introspection{bound}, []string{}, 1},
		"at none": {[]policy.Introspection{stranger, broken}, []string{
			"the access token is not active; says " + stranger.URL,
			"the issuer cannot be asked: " + broken.URL + ": the answer is not a JSON object with a boolean named active",
		}, 0},
	} {
		got := tokencheck.ExamineOnline(t.Context(), policy.Policy{Introspection: c.servers}, "opaque", time.Now())
		if !slices.Equal(got.Failed, c.failed) || len(got.Unchecked) != c.unchecked || (len(c.failed) == 0) != (len(got.Routes) == 2) {
			t.Errorf("%s: got %+v, want failed %q", name, got, c.failed)
		}
	}
}

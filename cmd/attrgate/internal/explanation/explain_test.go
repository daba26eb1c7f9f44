package explanation_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/authserver"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/explanation"
	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/policytest"
)

const scope = "channel-session:update"

// issuer is a real authorization server that counts how often it is asked.
type issuer struct {
	policy policy.Policy
	token  string
	asked  atomic.Int64
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	i := &issuer{}
	var server *authserver.Server
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.asked.Add(1)
		server.ServeHTTP(w, r)
	}))
	t.Cleanup(listener.Close)
	server, err := authserver.New(authserver.Options{Issuer: listener.URL, Audience: "contact-centre"})
	if err != nil {
		t.Fatal(err)
	}
	i.token, err = server.Mint(authserver.Token{ClientID: "crm", Scopes: []string{scope}})
	if err != nil {
		t.Fatal(err)
	}
	i.policy = policy.Policy{Issuers: []policy.Issuer{{Issuer: listener.URL, Audiences: []string{"contact-centre"}}}}
	return i
}

// request is an update of a session with some Authorization headers.
func request(t *testing.T, authorization ...string) *http.Request {
	t.Helper()
	head := []string{"PUT /forms/1 HTTP/1.1", "Host: gateway.example.com", "Content-Type: application/json"}
	for _, value := range authorization {
		head = append(head, "Authorization: "+value)
	}
	m := policytest.Message{Head: head, Body: []byte(`[{"key": "name", "type": "String50", "value": "Ada Example"}]`)}
	r, err := m.Request()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func explain(t *testing.T, r *http.Request, p policy.Policy, o explanation.Options) explanation.Report {
	t.Helper()
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	report, err := explanation.Explain(r, p, o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func step(r explanation.Report, name string) explanation.Step {
	for _, s := range r.Steps {
		if s.Step == name {
			return s
		}
	}
	return explanation.Step{}
}

func TestOfflineNobodyIsAsked(t *testing.T) {
	i := newIssuer(t)
	r := explain(t, request(t, "Bearer "+i.token), i.policy, explanation.Options{})
	if r.Outcome != explanation.Unknown || step(r, "verification").Result != explanation.Unknown || r.Refusal != nil {
		t.Errorf("outcome %s, %+v", r.Outcome, r.Steps)
	}
	if !strings.Contains(step(r, "verification").Detail, "--online") {
		t.Errorf("%q does not say what to do", step(r, "verification").Detail)
	}
	if i.asked.Load() != 0 {
		t.Error("the issuer was asked")
	}
}

func TestWhatIsWrongWithoutTheKeysIsSaidOffline(t *testing.T) {
	i := newIssuer(t)
	later := time.Now().Add(3 * time.Hour)
	r := explain(t, request(t, "Bearer "+i.token), i.policy, explanation.Options{Now: later})
	if r.Outcome != "refused" || len(r.Token.Failed) != 1 || !strings.Contains(r.Token.Failed[0], "expired") {
		t.Errorf("outcome %s, failed %q", r.Outcome, r.Token.Failed)
	}
	if got := r.Token.Expires.Relative; got != "2 hours ago" {
		t.Errorf("expired %s", got)
	}
}

func TestOnlineTheIssuerIsAsked(t *testing.T) {
	i := newIssuer(t)
	r := explain(t, request(t, "Bearer "+i.token), i.policy, explanation.Options{Online: true})
	if r.Outcome != "admitted" || !r.Token.Verified || r.Token.ClientID != "crm" || i.asked.Load() == 0 {
		t.Errorf("outcome %s, token %+v, asked %d times", r.Outcome, r.Token, i.asked.Load())
	}
	forged := i.token[:len(i.token)-8] + "AAAAAAAA"
	r = explain(t, request(t, "Bearer "+forged), i.policy, explanation.Options{Online: true})
	if r.Outcome != "refused" || len(r.Token.Failed) != 1 || !strings.Contains(r.Token.Failed[0], "signature") {
		t.Errorf("outcome %s, token %+v", r.Outcome, r.Token)
	}
}

func TestGivenClaimsCount(t *testing.T) {
	i := newIssuer(t)
	for claims, want := range map[string]string{
		`{"aud": "contact-centre", "exp": 4102444800, "scope": "channel-session:update"}`:                                  "",
		`{"aud": "contact-centre", "exp": 4102444800, "scope": "channel-session:read"}`:                                    "insufficient_scope",
		`{"aud": "another", "exp": 4102444800, "scope": "channel-session:update"}`:                                         "invalid_token",
		`{"aud": "contact-centre", "exp": 1000000000, "scope": "channel-session:update"}`:                                  "invalid_token",
		`{"aud": "contact-centre", "scope": "channel-session:update"}`:                                                     "invalid_token",
		`{"iss": "https://other.example.com", "aud": "contact-centre", "exp": 4102444800}`:                                 "invalid_token",
		`{"aud": "contact-centre", "exp": 4102444800, "scope": "channel-session:update", "cnf": {"jkt": "` + thumb + `"}}`: "invalid_token",
	} {
		for _, sent := range [][]string{nil, {"Bearer " + i.token}, {"Bearer not-a-jwt"}} {
			r := explain(t, request(t, sent...), i.policy, explanation.Options{Claims: []byte(claims)})
			if got := refusalCode(r); got != want || !r.Token.Claimed {
				t.Errorf("%s: refused as %q, want %q", claims, got, want)
			}
		}
	}
	if i.asked.Load() != 0 {
		t.Error("the issuer was asked")
	}
}

const thumb = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"

func refusalCode(r explanation.Report) string {
	if r.Refusal == nil {
		return ""
	}
	return r.Refusal.Code
}

func TestTheClaimsThatWereSent(t *testing.T) {
	i := newIssuer(t)
	r := explain(t, request(t, "Bearer "+i.token), i.policy, explanation.Options{SentClaims: true})
	if r.Outcome != "admitted" || !r.Token.Claimed || r.Token.Algorithm != "" {
		t.Errorf("outcome %s, token %+v", r.Outcome, r.Token)
	}
	_, err := explanation.Explain(request(t, "Bearer opaque"), i.policy, explanation.Options{SentClaims: true, Now: time.Now()})
	if err == nil || !strings.Contains(err.Error(), "no JWT") {
		t.Errorf("an opaque token: %v", err)
	}
}

// A header that the gate does not take a token from stays as it was sent.
func TestGivenClaimsDoNotMendTheHeader(t *testing.T) {
	i := newIssuer(t)
	claims := []byte(`{"aud": "contact-centre", "exp": 4102444800, "scope": "channel-session:update"}`)
	for want, sent := range map[string][]string{
		"invalid_request": {"Bearer one", "Bearer two"},
		"token_missing":   {"Basic YTpi"},
	} {
		r := explain(t, request(t, sent...), i.policy, explanation.Options{Claims: claims})
		if got := refusalCode(r); got != want {
			t.Errorf("%q: refused as %q, want %q", sent, got, want)
		}
	}
}

func introspected(secret string) policy.Policy {
	return policy.Policy{Introspection: []policy.Introspection{{
		URL: "https://idp.example.com/introspect", ClientID: "gate", ClientSecret: secret, Audiences: []string{"contact-centre"},
	}}}
}

func TestClaimsStandForTheAnswerOfAnIntrospectionEndpoint(t *testing.T) {
	r := explain(t, request(t, "Bearer opaque"), introspected("secret"), explanation.Options{})
	if r.Outcome != explanation.Unknown || !strings.Contains(step(r, "verification").Detail, "introspection") {
		t.Errorf("outcome %s, %+v", r.Outcome, step(r, "verification"))
	}
	for claims, want := range map[string]string{
		`{"aud": "contact-centre", "scope": "channel-session:update", "username": "ada"}`: "",
		`{"aud": "another", "scope": "channel-session:update"}`:                           "invalid_token",
		`{"active": false}`: "invalid_token",
	} {
		r := explain(t, request(t, "Bearer opaque"), introspected("secret"), explanation.Options{Claims: []byte(claims)})
		if got := refusalCode(r); got != want {
			t.Errorf("%s: refused as %q, want %q", claims, got, want)
		}
		if want == "" && r.Token.Subject != "ada" {
			t.Errorf("token %+v", r.Token)
		}
	}
}

// The gate's own token is not obtained offline, and all else is as it would be.
func TestCredentialsAreNotObtainedOffline(t *testing.T) {
	i := newIssuer(t)
	p := i.policy
	p.Routes = []policy.Route{{API: policy.ExpertFlowChannelSession, Forward: policy.Forward{Credentials: policy.Credentials{
		TokenURL: p.Issuers[0].Issuer + "/token", ClientID: "gate", ClientSecret: "secret",
	}}}}
	r := explain(t, request(t, "Bearer "+i.token), p, explanation.Options{SentClaims: true})
	if r.Outcome != "admitted" || i.asked.Load() != 0 {
		t.Errorf("outcome %s, asked %d times", r.Outcome, i.asked.Load())
	}
	if len(r.Headers) != 1 || r.Headers[0].Name != "Authorization" || r.Headers[0].Change != "changed" {
		t.Errorf("headers %+v", r.Headers)
	}
}

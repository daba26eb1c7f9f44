package middleware_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// TestAllProblemsAtOnce holds New to reporting everything wrong with a policy, with paths.
func TestAllProblemsAtOnce(t *testing.T) {
	p, err := policy.Parse([]byte(`{
		"introspection": [
			{"url": "http://idp.example.com/introspect", "auth": "jwt", "cacheFor": "2h", "inactiveFor": "3h", "timeout": "1m"},
			{"clientID": "gate", "clientSecret": "s", "clientSecretEnv": "S", "inactiveFor": "6s", "cacheFor": "1s", "timeout": "0s"}
		],
		"introspect": "last",
		"issuers": [
			{"issuer": "http://idp.example.com", "algorithms": ["none", "RS256"], "leeway": "1d", "secret": "x"},
			{"issuer": "https://idp.example.com", "audiences": ["a"], "leeway": "10m", "keys": ["?"]}
		],
		"staticTokens": [{"sha256": "abc"}],
		"lookalikes": "pass", "rememberedTokens": 5, "dpop": {"proofAge": "1h"}, "mtls": {"header": "Client-Cert"}, "resourceMetadata": {"name": "x"},
		"routes": [
			{"api": "salesforce", "match": "PUT /a/{b}", "scopes": ["a b"], "scopeMatch": "some", "body": {"shape": "tree", "path": "a..b", "valueMember": "key"},
			 "keys": {"style": "Snake", "aliases": [{}], "allowed": "(", "onReserved": "drop", "onCollision": "merge"},
			 "attributes": [{"name": "A", "type": "Strin50", "pattern": "["}, {"name": "A"}, {},
			  {"name": "B", "namePattern": "b"}, {"namePattern": "(", "required": true}, {"name": "C", "minLength": 2, "maxLength": 1}],
			 "unknown": "ignore", "types": "loose", "nested": "deep",
			 "sensitive": ["PAN"], "onSensitive": "hash", "limits": {"depth": 2000, "bodyBytes": -1}, "mode": "dry", "errors": "plain",
			 "schemes": ["Be arer", "dpop"], "senderConstraint": "never", "forward": {"token": "hide", "headers": [{}]}},
			{"api": "salesiq-custom-info", "scopes": ["conversations.UPDATE"]},
			{"api": "salesiq-custom-info"}
		]
	}`))
	if err != nil {
		t.Fatal(err)
	}
	_, err = middleware.New(p, middleware.Options{})
	var problems policy.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("got %v, want problems", err)
	}
	want := []string{
		"introspection[0].url", "introspection[0].clientID", "introspection[0].clientSecret", "introspection[0].auth",
		"introspection[0].cacheFor", "introspection[0].inactiveFor", "introspection[0].timeout", "introspection[1].url",
		"introspection[1].clientSecret", "introspection[1].inactiveFor", "introspection[1].timeout", "introspect",
		"issuers[0].issuer", "issuers[0].audiences", "issuers[0].leeway",
		"issuers[0].algorithms[0]", "issuers[0].algorithms[1]", "issuers[1].keys[0]", "issuers[1].leeway",
		"staticTokens[0].sha256", "staticTokens[0].subject", "rememberedTokens", "lookalikes",
		"dpop.proofAge", "mtls.trustedProxies", "resourceMetadata.resource",
		"routes[0].api", "routes[0].mode", "routes[0].errors", "routes[0].forward.token",
		"routes[0].forward.headers[0].name", "routes[0].forward.headers[0].claim",
		"routes[0].senderConstraint", "routes[0].schemes[1]",
		"routes[0].schemes[0]", "routes[0].scopeMatch", "routes[0].scopes[0]", "routes[0].keys.allowed", "routes[0].keys.style",
		"routes[0].keys.onReserved", "routes[0].keys.onCollision", "routes[0].keys.aliases[0].from", "routes[0].keys.aliases[0].to", "routes[0].onSensitive", "routes[0].body",
		"routes[0].attributes[3].namePattern", "routes[0].attributes[4].namePattern", "routes[0].attributes[4].required",
		"routes[0].attributes[5].maxLength", "routes[0].body.shape",
		"routes[0].unknown", "routes[0].types", "routes[0].nested",
		"routes[0].body.path", "routes[0].limits.bodyBytes", "routes[0].limits.depth",
		"routes[0].attributes[0].type", "routes[0].attributes[0].pattern", "routes[0].attributes[1].name",
		"routes[0].attributes[2].name", "routes[1].scopes[0]", "routes[2].name", "routes[2].match",
	}
	found := map[string]bool{}
	for _, problem := range problems {
		found[problem.Path] = true
	}
	for _, path := range want {
		if !found[path] {
			t.Errorf("no problem at %s", path)
		}
		delete(found, path)
	}
	for path := range found {
		t.Errorf("a problem at %s that was not expected", path)
	}
}

func TestNobodyToVouchIsAProblem(t *testing.T) {
	_, err := middleware.New(policy.Policy{}, middleware.Options{})
	if err == nil || err.Error() != "issuers: required, or introspection or staticTokens: nobody could vouch for a caller" {
		t.Errorf("got %v", err)
	}
}

// TestAMisspeltAPIIsOneProblem: nothing is said of what the built-in route would have brought.
func TestAMisspeltAPIIsOneProblem(t *testing.T) {
	_, err := middleware.New(policy.Policy{
		StaticTokens: exampleTokens(),
		Routes:       []policy.Route{{API: "salesiq"}, {API: "expertflow", Mode: "watch"}, {Match: "put /x"}, {Match: "put /x"}},
	}, middleware.Options{})
	got, _ := err.(policy.Problems)
	var paths []string
	for _, p := range got {
		paths = append(paths, p.Path)
	}
	want := "routes[0].api routes[1].api routes[1].mode routes[2].match routes[2].body.shape routes[3].name routes[3].match routes[3].body.shape"
	if strings.Join(paths, " ") != want {
		t.Errorf("got %v", err)
	}
}

// TestPatternsStandByThemselves holds that no pattern ends the group in which it has to match
// the whole of a text: this one would accept all that begins with a, or ends with b.
func TestPatternsStandByThemselves(t *testing.T) {
	const halves = "a)|(b"
	_, err := middleware.New(policy.Policy{
		StaticTokens: exampleTokens(),
		Routes: []policy.Route{{
			Match:      "PUT /x/{id}",
			Variables:  []policy.Variable{{Name: "id", Pattern: halves}},
			Body:       policy.Body{Shape: "object"},
			Keys:       policy.Keys{Allowed: halves},
			Attributes: []policy.Attribute{{Name: "a", Pattern: halves}, {NamePattern: halves}},
		}},
	}, middleware.Options{})
	var want []string
	for _, path := range []string{"variables[0].pattern", "keys.allowed", "attributes[0].pattern", "attributes[1].namePattern"} {
		want = append(want, "routes[0]."+path+": error parsing regexp: unexpected ): `a)|(b`")
	}
	if err == nil || err.Error() != strings.Join(want, "\n") {
		t.Errorf("got %v", err)
	}
}

// TestUnguardedBodiesStream shows that what the gate does not guard is not held back: the
// backend sees the first half of a body before the client has sent the second.
func TestUnguardedBodiesStream(t *testing.T) {
	first := make(chan string, 1)
	backend := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		half := make([]byte, 5)
		_, _ = io.ReadFull(r.Body, half)
		first <- string(half)
		_, _ = io.Copy(io.Discard, r.Body)
	})
	server := httptest.NewServer(wrapped(t, backend))
	defer server.Close()
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		response, err := http.Post(server.URL+"/upload", "application/octet-stream", reader)
		if err == nil {
			err = response.Body.Close()
		}
		done <- err
	}()
	_, _ = writer.Write([]byte("first"))
	if got := <-first; got != "first" {
		t.Errorf("backend got %q before the body ended", got)
	}
	_, _ = writer.Write([]byte("second"))
	_ = writer.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestAdmitLeavesTheRequestAlone holds Admit to changing a copy.
func TestAdmitLeavesTheRequestAlone(t *testing.T) {
	gate := exampleGate(t)
	body := `{"customer_info": {"%visitor.custominfo.Model%": "Class X9"}}`
	r := httptest.NewRequest(http.MethodPut, "/api/v2/zylkerinc/conversations/1", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer token")
	r.Header.Set("Content-Length", "61")
	forwarded, decision := gate.Admit(r)
	if decision.Outcome != middleware.Admitted || decision.Renamed != 1 || decision.Subject != "crm-sync" {
		t.Fatalf("decided %+v", decision)
	}
	if r.ContentLength != int64(len(body)) || r.Header.Get("Content-Length") != "61" {
		t.Error("the caller's request was changed")
	}
	sent, _ := io.ReadAll(forwarded.Body)
	if string(sent) != `{"customer_info": {"Model": "Class X9"}}` || forwarded.ContentLength != int64(len(sent)) ||
		forwarded.Header.Get("Content-Length") != "40" {
		t.Errorf("forwarded %s with length %d, header %v", sent, forwarded.ContentLength, forwarded.Header)
	}
}

func TestRefusalAnswersForCallersOfAdmit(t *testing.T) {
	r := httptest.NewRequest(http.MethodPut, "/forms/1", strings.NewReader("[]"))
	_, decision := exampleGate(t).Admit(r)
	if decision.Outcome != middleware.Refused {
		t.Fatalf("decided %+v", decision)
	}
	w := httptest.NewRecorder()
	decision.Refusal.ServeHTTP(w, r)
	if w.Code != http.StatusUnauthorized || w.Header().Get("WWW-Authenticate") == "" {
		t.Errorf("answered %d, %v", w.Code, w.Header())
	}
}

func wrapped(t *testing.T, backend http.Handler) http.Handler {
	t.Helper()
	return exampleGate(t).Wrap(backend)
}

// exampleGate knows the static token "token".
func exampleGate(t testing.TB) *middleware.Gate {
	t.Helper()
	gate, err := middleware.New(policy.Policy{StaticTokens: exampleTokens()}, middleware.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return gate
}

func exampleTokens() []policy.StaticToken {
	return []policy.StaticToken{{
		SHA256:  "3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0",
		Scopes:  []string{"SalesIQ.conversations.UPDATE", "channel-session:update"},
		Subject: "crm-sync",
	}}
}

// TestExpertFlowEnvelope holds the fields of the Spring form; its time changes, so no case
// can.
func TestExpertFlowEnvelope(t *testing.T) {
	gate, err := middleware.New(policy.Policy{
		StaticTokens: exampleTokens(),
		Routes:       []policy.Route{{API: policy.ExpertFlowChannelSession, Errors: "native"}},
	}, middleware.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPut, "/forms/1", strings.NewReader(`[{"key":"a","type":"String50","value":5}]`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer token")
	w := httptest.NewRecorder()
	gate.Wrap(http.NotFoundHandler()).ServeHTTP(w, r)
	var got map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if _, err := time.Parse(time.RFC3339, fmt.Sprint(got["timestamp"])); err != nil {
		t.Error(err)
	}
	if got["status"] != 422.0 || got["error"] != "Unprocessable Entity" || got["path"] != "/forms/1" ||
		!strings.Contains(fmt.Sprint(got["message"]), "/0/value: want String50") {
		t.Errorf("got %s", w.Body)
	}
}

package token_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
)

// endpoint is a scripted introspection endpoint on loopback. Without a script it knows no
// token.
type endpoint struct {
	*httptest.Server
	path   string
	mu     sync.Mutex
	asked  []question
	answer http.HandlerFunc
}

// question is what an endpoint was asked.
type question struct {
	method        string
	header        http.Header
	form          url.Values
	authorization string
}

func newEndpoint(t testing.TB) *endpoint {
	t.Helper()
	e := &endpoint{path: "/introspect/" + strconv.FormatInt(issuers.Add(1), 10)}
	e.says(map[string]any{"active": false})
	e.Server = httptest.NewServer(e)
	t.Cleanup(e.Close)
	return e
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	e.mu.Lock()
	e.asked = append(e.asked, question{r.Method, r.Header, r.PostForm, r.Header.Get("Authorization")})
	answer := e.answer
	e.mu.Unlock()
	answer(w, r)
}

// script sets how the endpoint answers from now on.
func (e *endpoint) script(answer http.HandlerFunc) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answer = answer
}

// says scripts a JSON answer.
func (e *endpoint) says(answer map[string]any) {
	e.script(func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(answer) })
}

// fails scripts an outage.
func (e *endpoint) fails() {
	e.script(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
}

func (e *endpoint) questions() []question {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]question(nil), e.asked...)
}

// policy is one that introspects here. A machine that is busy with tests has time to answer.
func (e *endpoint) policy() policy.Introspection {
	return policy.Introspection{URL: e.URL + e.path, ClientID: "gate", ClientSecret: "secret", Timeout: "30s"}
}

func (e *endpoint) verifier(t testing.TB) *token.Verifier {
	t.Helper()
	return introspecting(t, policy.Policy{Introspection: []policy.Introspection{e.policy()}})
}

func introspecting(t testing.TB, p policy.Policy) *token.Verifier {
	t.Helper()
	var ps policy.Problems
	v := token.New(p, &ps)
	if err := ps.Err(); err != nil {
		t.Fatal(err)
	}
	return v
}

// active is an answer about a good token, changed by the given members.
func active(changes map[string]any) map[string]any {
	answer := map[string]any{"active": true, "sub": "crm", "client_id": "app", "scope": "a b"}
	for name, value := range changes {
		answer[name] = value
	}
	return answer
}

func verify(v *token.Verifier, raw string, now time.Time) (*token.Claims, error) {
	return token.Verify(context.Background(), v, raw, now)
}

// wantError verifies a token that must be refused.
func wantError(t testing.TB, v *token.Verifier, raw string, now time.Time, want error) {
	t.Helper()
	if claims, err := verify(v, raw, now); !errors.Is(err, want) || claims != nil {
		t.Errorf("%v and %v, want %v", claims, err, want)
	}
}

// wantAsked holds the number of questions that the endpoint got.
func wantAsked(t testing.TB, e *endpoint, want int) {
	t.Helper()
	if got := len(e.questions()); got != want {
		t.Errorf("asked %d times, want %d", got, want)
	}
}

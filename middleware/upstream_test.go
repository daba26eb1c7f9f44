package middleware_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// script is a server that answers as it is told, and notes what it was asked.
type script struct {
	*httptest.Server
	mu      sync.Mutex
	answer  func(n int, w http.ResponseWriter, r *http.Request)
	asked   []asked
	entered chan int // if set, gets the number of each request as it arrives
}

type asked struct {
	header http.Header
	uri    string
	body   string
}

func newScript(t testing.TB, answer func(n int, w http.ResponseWriter, r *http.Request)) *script {
	t.Helper()
	s := &script{answer: answer}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.asked = append(s.asked, asked{header: r.Header.Clone(), uri: r.RequestURI, body: string(body)})
	n := len(s.asked)
	answer := s.answer
	entered := s.entered
	s.mu.Unlock()
	if entered != nil {
		entered <- n
	}
	answer(n, w, r)
}

func (s *script) set(answer func(n int, w http.ResponseWriter, r *http.Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

func (s *script) requests() []asked {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]asked(nil), s.asked...)
}

func (s *script) count() int { return len(s.requests()) }

// issuing answers the nth request with the token "own-n" for an hour.
func issuing(n int, w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintf(w, `{"access_token": "own-%d", "token_type": "Bearer", "expires_in": 3600}`, n)
}

// accepting answers every request with the token that it came with.
func accepting(_ int, w http.ResponseWriter, r *http.Request) {
	_, _ = io.WriteString(w, "hello "+r.Header.Get("Authorization"))
}

// text answers with a fixed body.
func text(status int, contentType, body string) func(int, http.ResponseWriter, *http.Request) {
	return func(_ int, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// clock stands still until it is told to go on.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock {
	return &clock{at: time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)}
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// upstream is a gate with credentials between a client and a backend.
type upstream struct {
	endpoint, backend *script
	clock             *clock
	gate              *httptest.Server
	tokenURL          string

	mu        sync.Mutex
	decisions []middleware.Decision
}

// newUpstream starts it. The static token "token" may call the route.
func newUpstream(t testing.TB, changes ...func(*policy.Route)) *upstream {
	t.Helper()
	u := &upstream{endpoint: newScript(t, issuing), backend: newScript(t, accepting), clock: newClock()}
	u.tokenURL = fmt.Sprint(u.endpoint.URL, "/", time.Now().UnixNano()) // the process remembers URLs, and ports come again
	u.gate = httptest.NewServer(u.handler(t, changes...))
	t.Cleanup(u.gate.Close)
	return u
}

func mustGate(t testing.TB, u *upstream, changes ...func(*policy.Route)) *middleware.Gate {
	t.Helper()
	gate, err := middleware.New(u.policy(changes...), middleware.Options{Now: u.clock.now, OnDecision: u.decided})
	if err != nil {
		t.Fatal(err)
	}
	return gate
}

func (u *upstream) handler(t testing.TB, changes ...func(*policy.Route)) http.Handler {
	t.Helper()
	return mustGate(t, u, changes...).Wrap(proxyTo(u.backend.URL))
}

func proxyTo(address string) http.Handler {
	target, _ := url.Parse(address)
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
}

func (u *upstream) policy(changes ...func(*policy.Route)) policy.Policy {
	route := policy.Route{API: policy.SalesIQCustomInfo, Forward: policy.Forward{Credentials: policy.Credentials{
		TokenURL: u.tokenURL, ClientID: "gate", ClientSecret: "s3cret", Scheme: "Zoho-oauthtoken",
	}}}
	for _, change := range changes {
		change(&route)
	}
	return policy.Policy{Routes: []policy.Route{route}, StaticTokens: []policy.StaticToken{{
		SHA256: "3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0",
		Scopes: []string{"SalesIQ.conversations.UPDATE"}, Subject: "crm-sync",
	}}}
}

func (u *upstream) decided(_ *http.Request, d middleware.Decision) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.decisions = append(u.decisions, d)
}

func (u *upstream) lastDecision() middleware.Decision {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.decisions[len(u.decisions)-1]
}

// reply is an answer that was read to its end.
type reply struct {
	status int
	header http.Header
	body   string
}

const goodBody = `{"customer_info": {"%visitor.custominfo.Model%": "Class X9"}}`

// put sends a good request.
func (u *upstream) put(t testing.TB) reply {
	t.Helper()
	return u.send(t, goodBody, nil)
}

func (u *upstream) send(t testing.TB, body string, header map[string]string) reply {
	t.Helper()
	address := u.gate.URL + "/api/v2/zylkerinc/conversations/4000000012345678901?x=1"
	request, _ := http.NewRequest(http.MethodPut, address, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer token")
	request.Header.Set("Accept-Encoding", "identity")
	for name, value := range header {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Error(err)
		return reply{}
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return reply{status: response.StatusCode, header: response.Header, body: string(answer)}
}

// expect sends a good request, which the backend must get with a token.
func (u *upstream) expect(t testing.TB, authorization string) {
	t.Helper()
	if got := u.put(t); got.status != http.StatusOK || got.body != "hello "+authorization {
		t.Errorf("got %d %s, want the backend's greeting for %s", got.status, got.body, authorization)
	}
}

// await returns once the endpoint was asked n times and has been heard.
func (u *upstream) await(t testing.TB, n int) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for u.endpoint.count() < n && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond)
	}
	if got := u.endpoint.count(); got != n {
		t.Fatalf("the token endpoint was asked %d times, want %d", got, n)
	}
}

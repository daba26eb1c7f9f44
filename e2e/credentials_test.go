package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/attrgate/attrgate/e2e/internal/plugin"
)

// TestInterpreterCredentials has the interpreted plugin obtain tokens of its own, for many
// requests at once, and replace those that the backend does not accept.
func TestInterpreterCredentials(t *testing.T) {
	var issued atomic.Int64
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("client_secret") != "s3cret" || r.FormValue("refresh_token") != "refresh" {
			_, _ = io.WriteString(w, `{"error":"invalid_code"}`)
			return
		}
		fmt.Fprintf(w, `{"access_token": "own-%d", "expires_in": 3600000, "expires_in_sec": 3600}`, issued.Add(1))
	}))
	defer endpoint.Close()
	backend := httptest.NewServer(http.HandlerFunc(refuseSome))
	defer backend.Close()
	gate := httptest.NewServer(interpreted(t, backend.URL, credentialsPolicy(endpoint.URL, "s3cret")))
	defer gate.Close()

	var all sync.WaitGroup
	for range 50 {
		all.Go(func() { expectAnswer(t, gate.URL, 200, "own-3 crm-sync [] {\"customer_info\":{\"Model\":\"x\"}}") })
	}
	all.Wait()
	if n := issued.Load(); n != 3 {
		t.Errorf("%d tokens were obtained, want 3", n)
	}
	wrong := httptest.NewServer(interpreted(t, backend.URL, credentialsPolicy(endpoint.URL, "wrong")))
	defer wrong.Close()
	expectAnswer(t, wrong.URL, 503, `"code":"credentials_unavailable"`)
}

// TestInterpreterPassesAnswers compares what comes through a route with credentials, whose
// ResponseWriter is interpreted, with what the backend answers.
func TestInterpreterPassesAnswers(t *testing.T) {
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"access_token": "own", "expires_in": 3600}`)
	}))
	defer endpoint.Close()
	replies := map[string]http.HandlerFunc{
		"small":      reply("application/json", `{"name":1,"name":2}`),
		"large JSON": reply("application/json", `{"error":{"code":1008}}`+strings.Repeat(" ", 100_000)),
		"binary":     reply("application/octet-stream", strings.Repeat("\x00\xff", 100_000)),
		"empty":      func(http.ResponseWriter, *http.Request) {},
		"no content": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
		"refused":    func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusUnauthorized) },
		"trailer": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Trailer", "X-Sum")
			reply("application/json", `{}`)(w, r)
			w.Header().Set("X-Sum", "1")
		},
	}
	var current http.HandlerFunc
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { current(w, r) }))
	defer backend.Close()
	gate := httptest.NewServer(interpreted(t, backend.URL, credentialsPolicy(endpoint.URL, "s3cret")))
	defer gate.Close()
	for name, answer := range replies {
		current = answer
		if got, want := fetchAnswer(t, gate.URL), fetchAnswer(t, backend.URL); got != want {
			t.Errorf("%s: got %.200q, want %.200q", name, got, want)
		}
	}
}

func reply(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, body)
	}
}

// refuseSome is a backend that does not accept the first two tokens, each in its own way,
// and tells what else it gets.
func refuseSome(w http.ResponseWriter, r *http.Request) {
	_, own, _ := strings.Cut(r.Header.Get("Authorization"), "Zoho-oauthtoken ")
	switch own {
	case "own-1":
		w.WriteHeader(http.StatusUnauthorized)
	case "own-2":
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"error":{"code":1008,"message":"Invalid OAuthToken."}}`)
	default:
		body, _ := io.ReadAll(r.Body)
		fmt.Fprint(w, own, " ", r.Header.Get("X-Auth-Subject"), " ", r.Header["X_auth_subject"], " ", string(body))
	}
}

func credentialsPolicy(endpoint, secret string) string {
	return fmt.Sprintf(`{
		"staticTokens": [{"sha256": "3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0",
			"scopes": ["SalesIQ.conversations.UPDATE"], "subject": "crm-sync"}],
		"routes": [{"api": "salesiq-custom-info", "forward": {
			"headers": [{"name": "X-Auth-Subject", "claim": "sub"}],
			"credentials": {"tokenURL": %q, "grant": "refresh_token", "clientID": "gate", "clientSecret": %q,
				"refreshToken": "refresh", "scheme": "Zoho-oauthtoken", "maxPerWindow": 10}}}]}`, endpoint, secret)
}

// interpreted is the plugin in an interpreter, in front of a reverse proxy.
func interpreted(t *testing.T, backend, policy string) http.Handler {
	t.Helper()
	goPath := t.TempDir()
	if err := plugin.Link(goPath, root); err != nil {
		t.Fatal(err)
	}
	loaded, err := plugin.Load(context.Background(), goPath, plugin.Module+"/plugin", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	values, err := plugin.Values([]byte(policy))
	if err != nil {
		t.Fatal(err)
	}
	config, err := loaded.CreateConfig()
	if err != nil {
		t.Fatal(err)
	}
	if err := plugin.Decode(config, values); err != nil {
		t.Fatal(err)
	}
	target, err := url.Parse(backend)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	handler, err := loaded.New(context.Background(), proxy, config, "credentials")
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

// expectAnswer sends a good request, until no token is left that the backend refuses.
func expectAnswer(t *testing.T, gate string, status int, want string) {
	t.Helper()
	var got string
	for range 3 {
		got = fetchAnswer(t, gate)
		if strings.HasPrefix(got, fmt.Sprint(status)) && strings.Contains(got, want) {
			return
		}
	}
	t.Errorf("got %s, want %d %s", got, status, want)
}

// fetchAnswer sends a good request and writes the answer down, but for its date.
func fetchAnswer(t *testing.T, address string) string {
	t.Helper()
	request, err := http.NewRequest(http.MethodPut, address+"/api/v2/zylkerinc/conversations/1",
		strings.NewReader(`{"customer_info":{"%visitor.custominfo.Model%":"x"}}`))
	if err != nil {
		t.Error(err)
		return ""
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer token")
	request.Header["x_auth_subject"] = []string{"admin"}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	response.Header.Del("Date")
	return fmt.Sprint(response.Status, response.Header, response.Trailer, string(body))
}

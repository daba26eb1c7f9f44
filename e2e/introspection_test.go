package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// TestIntrospectionInterpreted asks about opaque tokens from inside the interpreter: active
// and inactive ones, an endpoint that fails, and fifty callers with one token.
func TestIntrospectionInterpreted(t *testing.T) {
	var asked atomic.Int64
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		user, password, _ := r.BasicAuth()
		token := r.PostFormValue("token")
		switch {
		case user != "gate" || password != "secret":
			w.WriteHeader(http.StatusUnauthorized)
		case strings.HasPrefix(token, "good"):
			fmt.Fprint(w, `{"active":true,"sub":"crm","scope":["SalesIQ.conversations.UPDATE"],"exp":4102444800}`)
		case token == "broken":
			fmt.Fprint(w, `{"active":"true"}`)
		default:
			fmt.Fprint(w, `{"active":false}`)
		}
	}))
	t.Cleanup(endpoint.Close)
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	t.Cleanup(backend.Close)
	handler := interpreted(t, backend.URL, `{"introspection": [{"url": "`+endpoint.URL+`", "clientID": "gate", "clientSecret": "secret"}]}`)
	for token, want := range map[string]int{
		"good": http.StatusNoContent, "unknown": http.StatusUnauthorized, "broken": http.StatusServiceUnavailable,
	} {
		if got := putWith(handler, token); got != want {
			t.Errorf("%s: answered %d, want %d", token, got, want)
		}
	}
	before := asked.Load()
	var callers sync.WaitGroup
	for i := 0; i < 50; i++ {
		callers.Add(1)
		go func() {
			defer callers.Done()
			if got := putWith(handler, "good-for-all"); got != http.StatusNoContent {
				t.Errorf("one of fifty: answered %d", got)
			}
		}()
	}
	callers.Wait()
	if questions := asked.Load() - before; questions != 1 {
		t.Errorf("%d questions about one token, want 1", questions)
	}
}

func putWith(handler http.Handler, token string) int {
	body := strings.NewReader(`{"customer_info":{"Model":"x"}}`)
	r := httptest.NewRequest(http.MethodPut, "/api/v2/zylkerinc/conversations/1", body)
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w.Code
}

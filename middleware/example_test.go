package middleware_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Whoever decides what happens between the decision and the answer does without Wrap.
func ExampleGate_Admit() {
	p, err := policy.Parse([]byte(`{"issuers": [{"issuer": "https://idp.example.com", "audiences": ["contact-centre"]}]}`))
	if err != nil {
		log.Fatal(err)
	}
	gate, err := middleware.New(p, middleware.Options{})
	if err != nil {
		log.Fatal(err)
	}
	next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "forwarded") })
	guarded := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		forwarded, decision := gate.Admit(r)
		switch decision.Outcome {
		case middleware.Refused:
			decision.Refusal.ServeHTTP(w, r)
		case middleware.Answered:
			gate.Describe(w, r)
		default:
			next.ServeHTTP(w, forwarded)
		}
	})
	for _, path := range []string{"/forms/1", "/elsewhere"} {
		w := httptest.NewRecorder()
		guarded.ServeHTTP(w, httptest.NewRequest(http.MethodPut, path, strings.NewReader("[]")))
		fmt.Println(w.Code, strings.TrimSpace(w.Body.String()))
	}
	// Output:
	// 401 {"title":"Unauthorized","status":401,"detail":"an access token is required in the Authorization header, as Bearer","code":"token_missing"}
	// 200 forwarded
}

// The gate stands in front of a reverse proxy. The policy guards both built-in routes;
// here a static token stands in for an issuer.
func Example() {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "backend got %s", body)
	}))
	defer backend.Close()
	target, _ := url.Parse(backend.URL)
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}

	p, err := policy.Parse([]byte(`{"staticTokens": [{
		"sha256": "3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0",
		"scopes": ["SalesIQ.conversations.UPDATE"], "subject": "crm-sync"
	}]}`))
	if err != nil {
		log.Fatal(err)
	}
	gate, err := middleware.New(p, middleware.Options{})
	if err != nil {
		log.Fatal(err) // every problem of the policy, with its path
	}
	server := httptest.NewServer(gate.Wrap(proxy))
	defer server.Close()

	body := `{"customer_info": {"%visitor.custominfo.Model%": "Class X9", "Branch": "Sydney"}}`
	for _, authorization := range []string{"", "Bearer token"} {
		address := server.URL + "/api/v2/zylkerinc/conversations/4000000012345678901"
		request, _ := http.NewRequest(http.MethodPut, address, strings.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", authorization)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			log.Fatal(err)
		}
		reply, _ := io.ReadAll(response.Body)
		response.Body.Close()
		fmt.Println(response.StatusCode, strings.TrimSpace(string(reply)))
	}
	// Output:
	// 401 {"title":"Unauthorized","status":401,"detail":"an access token is required in the Authorization header, as Bearer or Zoho-oauthtoken","code":"token_missing"}
	// 200 backend got {"customer_info": {"Model": "Class X9", "Branch": "Sydney"}}
}

package middleware_test

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

const wellKnown = "/.well-known/oauth-protected-resource"

// describedPolicy guards both built-in routes and has metadata.
func describedPolicy(resource string) policy.Policy {
	return policy.Policy{
		Issuers: []policy.Issuer{
			{Issuer: "https://idp.example.com", Audiences: []string{"a"}},
			{Issuer: "https://login.example.com/x", Audiences: []string{"a"}},
		},
		DPoP:             policy.DPoP{Algorithms: []string{"ES256"}},
		MTLS:             policy.MTLS{Header: "Client-Cert", TrustedProxies: []string{"10.0.0.1"}},
		ResourceMetadata: policy.ResourceMetadata{Resource: resource, Name: "Contact <centre>", Documentation: "https://docs.example.com/#x"},
	}
}

func TestMetadata(t *testing.T) {
	for resource, path := range map[string]string{
		"https://api.example.com":         wellKnown,
		"https://api.example.com/":        wellKnown,
		"https://api.example.com:8443/v2": wellKnown + "/v2",
		"https://api.example.com/v2/x/":   wellKnown + "/v2/x/",
		"http://localhost/~a":             wellKnown + "/~a",
	} {
		var decisions []middleware.Decision
		gate, err := middleware.New(describedPolicy(resource), middleware.Options{
			OnDecision: func(_ *http.Request, d middleware.Decision) { decisions = append(decisions, d) },
		})
		if err != nil {
			t.Fatal(err)
		}
		handler := gate.Wrap(http.NotFoundHandler())
		want := `{"resource":"` + resource + `","authorization_servers":["https://idp.example.com","https://login.example.com/x"],` +
			`"scopes_supported":["SalesIQ.conversations.UPDATE","channel-session:update"],"bearer_methods_supported":["header"],` +
			`"resource_name":"Contact \u003ccentre\u003e","resource_documentation":"https://docs.example.com/#x",` +
			`"dpop_signing_alg_values_supported":["ES256"],"tls_client_certificate_bound_access_tokens":true}`
		answer := ask(handler, http.MethodGet, path+"?x=y")
		header := answer.Header()
		if answer.Code != http.StatusOK || answer.Body.String() != want || header.Get("Content-Type") != "application/json" ||
			header.Get("Cache-Control") != "max-age=3600" {
			t.Errorf("%s: %d %v\n got %s\nwant %s", resource, answer.Code, header, answer.Body, want)
		}
		head := ask(handler, http.MethodHead, path)
		if head.Code != http.StatusOK || head.Body.Len() != 0 || !reflect.DeepEqual(head.Header(), header) {
			t.Errorf("%s: HEAD %d %v %q", resource, head.Code, head.Header(), head.Body)
		}
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodOptions, http.MethodDelete, "get"} {
			if a := ask(handler, method, path); a.Code != http.StatusMethodNotAllowed || a.Header().Get("Allow") != "GET, HEAD" || a.Body.Len() != 0 {
				t.Errorf("%s: %s %d %v", resource, method, a.Code, a.Header())
			}
		}
		for i, d := range decisions {
			if d.Outcome != middleware.Answered || d.Refusal != nil || d.Route != "" {
				t.Errorf("%s: decision %d is %+v", resource, i, d)
			}
		}
		for _, other := range []string{path + "x", path + "//", strings.ToUpper(path), "/x" + path, strings.Replace(path, "oauth", "%6fauth", 1), "/.well-known"} {
			if a := ask(handler, http.MethodGet, other); a.Code != http.StatusNotFound {
				t.Errorf("%s: %s answered %d", resource, other, a.Code)
			}
		}
	}
}

func ask(handler http.Handler, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w
}

func TestDescribeAnswersForCallersOfAdmit(t *testing.T) {
	gate, err := middleware.New(describedPolicy("https://api.example.com"), middleware.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, wellKnown, nil)
	_, decision := gate.Admit(r)
	w := httptest.NewRecorder()
	gate.Describe(w, r)
	if decision.Outcome != middleware.Answered || w.Code != http.StatusOK {
		t.Errorf("decided %+v, answered %d", decision, w.Code)
	}
}

func TestProblemsOfMetadata(t *testing.T) {
	for resource, want := range map[string]string{
		"http://api.example.com":          "resourceMetadata.resource",
		"api.example.com":                 "resourceMetadata.resource",
		"https://api.example.com?x=y":     "resourceMetadata.resource",
		"https://api.example.com/?":       "resourceMetadata.resource",
		"https://api.example.com/#x":      "resourceMetadata.resource",
		"https://u:p@api.example.com":     "resourceMetadata.resource",
		"https://api.example.com/a%2Fb":   "resourceMetadata.resource",
		"https://api.example.com/a;b":     "resourceMetadata.resource",
		"https://api.example.com//a":      "resourceMetadata.resource",
		"https://api.example.com/a/../b":  "resourceMetadata.resource",
		`https://api".example.com`:        "resourceMetadata.resource",
		"https://api.example.com/guarded": "routes[0].match",
		"https://api.example.com/Guarded": "routes[0].match",
	} {
		p := describedPolicy(resource)
		p.Routes = []policy.Route{{Match: "PUT /{a}/{b}/guarded", Body: policy.Body{Shape: "list"}}}
		_, err := middleware.New(p, middleware.Options{})
		problems, _ := err.(policy.Problems)
		if len(problems) != 1 || problems[0].Path != want {
			t.Errorf("%s: %v, want one problem at %s", resource, err, want)
		}
	}
	p := describedPolicy("")
	if _, err := middleware.New(p, middleware.Options{}); err == nil || !strings.Contains(err.Error(), "resourceMetadata.resource: required") {
		t.Errorf("a name without a resource: %v", err)
	}
	p = describedPolicy("https://api.example.com")
	p.ResourceMetadata.Documentation = "docs"
	if _, err := middleware.New(p, middleware.Options{}); err == nil || !strings.Contains(err.Error(), "resourceMetadata.documentation") {
		t.Errorf("odd documentation: %v", err)
	}
}

// TestChallengeNamesTheMetadata also for a resource with a path (RFC 9728, section 5.1).
func TestChallengeNamesTheMetadata(t *testing.T) {
	gate, err := middleware.New(describedPolicy("https://api.example.com/v2"), middleware.Options{})
	if err != nil {
		t.Fatal(err)
	}
	answer := ask(gate.Wrap(http.NotFoundHandler()), http.MethodPut, "/forms/1")
	want := `Bearer realm="attrgate", scope="channel-session:update", resource_metadata="https://api.example.com` + wellKnown + `/v2"`
	if got := answer.Header()["Www-Authenticate"]; !reflect.DeepEqual(got, []string{want}) {
		t.Errorf("got %q, want %q", got, want)
	}
}

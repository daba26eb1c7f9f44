package admin_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/admin"
)

// TestWebPagesAreKeptOut sends what browsers send for pages of others, and what tools send.
func TestWebPagesAreKeptOut(t *testing.T) {
	reloads := 0
	server := httptest.NewServer(admin.NewHandler(admin.State{Metrics: http.NotFoundHandler(),
		Reload: func() admin.Reload { reloads++; return admin.Reload{Result: admin.Success} }}))
	defer server.Close()
	for _, c := range []struct {
		method, path, host, header string
		status                     int
	}{
		{"POST", "/reload", "", "", 200},
		{"POST", "/reload", "localhost:9901", "", 200},
		{"POST", "/reload", "", "Origin: http://evil.example.com", 403},
		{"POST", "/reload", "", "Origin: null", 403},
		{"POST", "/reload", "", "Sec-Fetch-Site: same-origin", 403},
		{"POST", "/reload", "rebound.example.com", "", 421},
		{"GET", "/healthz", "rebound.example.com:9901", "", 421},
		{"GET", "/healthz", "127.0.0.1.example.com", "", 421},
		{"GET", "/healthz", "[::1]:9901", "", 200},
		{"GET", "/healthz", "LOCALHOST", "Sec-Fetch-Site: none", 200},
	} {
		r, _ := http.NewRequest(c.method, server.URL+c.path, nil)
		r.Host = c.host
		if name, value, ok := cut(c.header); ok {
			r.Header.Set(name, value)
		}
		reply, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if _ = reply.Body.Close(); reply.StatusCode != c.status {
			t.Errorf("%+v: %d", c, reply.StatusCode)
		}
	}
	if reloads != 2 {
		t.Errorf("%d reloads", reloads)
	}
}

// TestOtherAddressesGoByAnyName is for the names that Kubernetes gives.
func TestOtherAddressesGoByAnyName(t *testing.T) {
	answer, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/healthz", nil)
	r.Host = "attrgate-admin:9901"
	admin.NewHandler(admin.State{Metrics: http.NotFoundHandler()}).ServeHTTP(answer, r)
	if answer.Code != 200 {
		t.Errorf("status %d", answer.Code)
	}
}

package middleware_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// TestNoOtherHTTPBehindAnUpgrade sends what asks for one, guarded and not, twice: the second
// time the caller is known.
func TestNoOtherHTTPBehindAnUpgrade(t *testing.T) {
	gate, err := middleware.New(policy.Policy{StaticTokens: exampleTokens()}, middleware.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var seen http.Header
	handler := gate.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = r.Header }))
	for asked, passes := range map[string]bool{
		"h2c": false, "H2C": false, "h2": false, "HTTP/2.0": false, "TLS/1.3, HTTP/1.1": false, "websocket, h2c": false, "websocket;h2c": false,
		"websocket": true, "SPDY/3.1": true,
	} {
		for _, path := range []string{"/api/v2/zylkerinc/conversations/1", "/elsewhere", "/elsewhere/%41"} {
			for range [2]int{} {
				r := usual(`{"customer_info":{"Model":"x"}}`)
				r.URL = httptest.NewRequest(http.MethodPut, path, nil).URL
				r.Header["Upgrade"] = []string{"", asked}
				seen = nil
				handler.ServeHTTP(httptest.NewRecorder(), r)
				if seen == nil || (seen["Upgrade"] != nil) != passes {
					t.Errorf("%s, %s: the backend sees %v", asked, path, fmt.Sprint(seen))
				}
			}
		}
	}
}

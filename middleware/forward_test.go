package middleware_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// TestARequestGoesOnAsItself: where nothing changes the request that came goes on, with its
// body put back; where something does, another one, and what came keeps what it says.
func TestARequestGoesOnAsItself(t *testing.T) {
	const same, wrapped = `{"customer_info":{"Model":"X9"}}`, `{"customer_info":{"%visitor.custominfo.Model%":"X9"}}`
	for name, c := range map[string]struct {
		body   string
		token  string // see policy.Forward
		mode   string
		change func(*http.Request)
		itself bool
	}{
		"nothing changes":       {body: same, itself: true},
		"the body changes":      {body: wrapped},
		"the token stays here":  {body: same, token: "strip"},
		"a report":              {body: wrapped, mode: "report"},
		"in pieces":             {body: same, change: func(r *http.Request) { r.ContentLength, r.TransferEncoding = -1, []string{"chunked"} }},
		"with a trailer":        {body: same, change: func(r *http.Request) { r.Trailer = http.Header{"X": nil} }},
		"of a length not known": {body: same, change: func(r *http.Request) { r.ContentLength = -1 }},
	} {
		route := policy.Route{API: policy.SalesIQCustomInfo, Mode: c.mode, Forward: policy.Forward{Token: c.token}}
		gate, err := middleware.New(policy.Policy{StaticTokens: exampleTokens(), Routes: []policy.Route{route}}, middleware.Options{})
		if err != nil {
			t.Fatal(err)
		}
		request := usual(c.body)
		request.Body, request.ContentLength = io.NopCloser(strings.NewReader(c.body)), int64(len(c.body))
		if c.change != nil {
			c.change(request)
		}
		length := request.ContentLength
		forwarded, decision := gate.Admit(request)
		if decision.Refusal != nil {
			t.Fatalf("%s: %+v", name, decision.Refusal)
		}
		if (forwarded == request) != c.itself || request.ContentLength != length {
			t.Errorf("%s: itself: %v, want %v; length %d, was %d", name, forwarded == request, c.itself, request.ContentLength, length)
		}
		body, err := io.ReadAll(forwarded.Body)
		if want := strings.NewReplacer("%visitor.custominfo.", "", "%", "").Replace(c.body); c.mode == "" && (err != nil || string(body) != want) {
			t.Errorf("%s: forwarded %q, %v; want %q", name, body, err, want)
		}
		if forwarded.Trailer != nil || forwarded.TransferEncoding != nil || forwarded.ContentLength != int64(len(body)) {
			t.Errorf("%s: forwarded with %v, %v, %d", name, forwarded.Trailer, forwarded.TransferEncoding, forwarded.ContentLength)
		}
	}
}

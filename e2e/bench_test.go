package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/e2e/internal/plugin"
	"github.com/attrgate/attrgate/middleware/policytest"
)

// BenchmarkInterpreted measures the plugin as Traefik interprets it, on cases of the corpus,
// with nothing behind it. In a case's first round its token is verified; then it is
// remembered.
//
//	cd e2e && GOWORK=off go test -run xxx -bench Interpreted .
func BenchmarkInterpreted(b *testing.B) {
	for _, name := range []string{
		"other-path-passes", "salesiq-documented-sample", "expertflow-documented-sample",
		"wrapped-key-forwarded-as-name", "string-empty-null-number", "token-missing",
	} {
		b.Run(name, func(b *testing.B) { benchmarkCase(b, name) })
	}
}

// BenchmarkInterpretedFirstToken is the same for tokens that are seen for the first time.
func BenchmarkInterpretedFirstToken(b *testing.B) {
	idp := startIssuer(b)
	handler := benchHandler(b, []byte(`{"issuers": [{"issuer": "`+idp.server.URL+`", "audiences": ["a"], "jwksURL": "`+idp.server.URL+`/jwks"}]}`))
	var tokens []string
	for i := 0; i < b.N; i++ {
		claims := map[string]any{"aud": "a", "scope": "SalesIQ.conversations.UPDATE", "jti": strconv.Itoa(i)}
		tokens = append(tokens, idp.sign(b, claims))
	}
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		r := httptest.NewRequest(http.MethodPut, "/api/v2/zylkerinc/conversations/1", strings.NewReader(`{"customer_info":{"Model":"x"}}`))
		r.Header["Authorization"] = []string{"Bearer " + tokens[i]}
		r.Header["Content-Type"] = []string{"application/json"}
		serve(b, handler, r, http.StatusNoContent)
	}
}

// BenchmarkInterpretedBodySize is the interpreted gate over bodies of a growing number of
// attributes, beside one json.Unmarshal of the same bytes, which the interpreter runs as
// native code.
func BenchmarkInterpretedBodySize(b *testing.B) {
	handler := benchHandler(b, []byte(`{"staticTokens": [{"subject": "s", "scopes": ["SalesIQ.conversations.UPDATE"],
		"sha256": "3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0"}],
		"routes": [{"api": "salesiq-custom-info", "limits": {"attributes": 10000, "bodyBytes": 2097152}}]}`))
	for _, size := range []int{100, 1 << 10, 10 << 10, 100 << 10, 1 << 20} {
		body := payload(size)
		b.Run(fmt.Sprintf("%dB/gate", size), func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			for i := 0; i < b.N; i++ {
				r := httptest.NewRequest(http.MethodPut, "/api/v2/zylkerinc/conversations/1", strings.NewReader(body))
				r.Header["Authorization"] = []string{"Bearer token"}
				r.Header["Content-Type"] = []string{"application/json"}
				serve(b, handler, r, http.StatusNoContent)
			}
		})
		b.Run(fmt.Sprintf("%dB/json.Unmarshal", size), func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			for i := 0; i < b.N; i++ {
				var document any
				if err := json.Unmarshal([]byte(body), &document); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func payload(size int) string {
	var out strings.Builder
	out.WriteString(`{"customer_info":{"Model":"Class X9"`)
	for i := 1; out.Len() < size-120; i++ {
		fmt.Fprintf(&out, `,"Attribute %d":"%0100d"`, i, i)
	}
	out.WriteString("}}")
	return out.String()
}

func benchmarkCase(b *testing.B, name string) {
	c := caseNamed(b, name)
	handler := benchHandler(b, c.Policy)
	method, target, _ := strings.Cut(strings.TrimSuffix(c.Request.Start(), " HTTP/1.1"), " ")
	want := http.StatusNoContent
	if c.Refused != nil {
		want = 0 // whatever the refusal is
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		r := httptest.NewRequest(method, target, strings.NewReader(string(c.Request.Body)))
		for _, header := range c.Request.Names() {
			r.Header[header] = c.Request.Values(header)
		}
		serve(b, handler, r, want)
	}
}

func serve(b *testing.B, handler http.Handler, r *http.Request, want int) {
	b.Helper()
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	if want != 0 && w.Code != want {
		b.Fatalf("answered %d: %s", w.Code, w.Body)
	}
}

func caseNamed(b *testing.B, name string) policytest.Case {
	b.Helper()
	cases, err := policytest.Load(corpus)
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range cases {
		if c.Name == name {
			return c
		}
	}
	b.Fatalf("no case %s", name)
	return policytest.Case{}
}

// benchHandler is the plugin with a policy, in front of a handler that does nothing.
func benchHandler(b *testing.B, policy []byte) http.Handler {
	b.Helper()
	goPath := b.TempDir()
	if err := plugin.Link(goPath, root); err != nil {
		b.Fatal(err)
	}
	door := &interpreterDoor{output: decisionLog{doors: map[string]func(any){}, rest: io.Discard}}
	loaded, err := plugin.Load(context.Background(), goPath, plugin.Module+"/plugin", &door.output)
	if err != nil {
		b.Fatal(err)
	}
	door.plugin = loaded
	nothing := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	handler, err := door.open(policytest.Setup{Policy: policy, Backend: nothing, Decided: func(any) {}})
	if err != nil {
		b.Fatal(err)
	}
	return handler
}

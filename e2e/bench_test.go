package e2e

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
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

// BenchmarkInterpretedFirstToken is the same for tokens that are seen for the first time,
// by algorithm.
func BenchmarkInterpretedFirstToken(b *testing.B) {
	rsaKey, _ := rsa.GenerateKey(rand.Reader, 2048)
	ecKey, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	_, edKey, _ := ed25519.GenerateKey(rand.Reader)
	for alg, key := range map[string]crypto.Signer{"RS256": rsaKey, "ES256": ecKey, "EdDSA": edKey} {
		b.Run(alg, func(b *testing.B) { benchmarkFirstTokens(b, alg, key) })
	}
}

func benchmarkFirstTokens(b *testing.B, alg string, key crypto.Signer) {
	handler := firstHandler(b, pinnedKey(b, key), "")
	var tokens []string
	for i := 0; i < b.N; i++ {
		tokens = append(tokens, signFirst(b, alg, key, i))
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		serve(b, handler, withToken(tokens[i]), http.StatusNoContent)
	}
}

// firstHandler guards SalesIQ's route, for an issuer with the given keys, with more words
// about the route.
func firstHandler(b testing.TB, keys, more string) http.Handler {
	return benchHandler(b, firstPolicy(keys, more))
}

func firstPolicy(keys, more string) []byte {
	return []byte(`{"issuers": [{"issuer": "https://idp.example.com", "audiences": ["a"], ` + keys + `}], "routes": [{"api": "salesiq-custom-info"` + more + `}]}`)
}

func pinnedKey(b testing.TB, key crypto.Signer) string {
	b.Helper()
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		b.Fatal(err)
	}
	pinned, _ := json.Marshal(string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})))
	return `"keys": [` + string(pinned) + `]`
}

func withToken(token string) *http.Request {
	r := sized(`{"customer_info":{"Model":"x"}}`)
	r.Header["Authorization"] = []string{"Bearer " + token}
	return r
}

func signFirst(b testing.TB, alg string, key crypto.Signer, number int) string {
	b.Helper()
	return signText(b, key, `{"alg":"`+alg+`"}`, `{"iss":"https://idp.example.com","aud":"a","exp":4102444800,"scope":"SalesIQ.conversations.UPDATE","jti":"`+strconv.Itoa(number)+`"}`)
}

func signText(b testing.TB, key crypto.Signer, header, claims string) string {
	b.Helper()
	signed := encode([]byte(header)) + "." + encode([]byte(claims))
	digest := sha256.Sum256([]byte(signed))
	if ec, ok := key.(*ecdsa.PrivateKey); ok {
		r, s, err := ecdsa.Sign(rand.Reader, ec, digest[:])
		if err != nil {
			b.Fatal(err)
		}
		return signed + "." + encode(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
	}
	message, options := digest[:], crypto.SignerOpts(crypto.SHA256)
	if _, ok := key.(ed25519.PrivateKey); ok {
		message, options = []byte(signed), crypto.Hash(0)
	}
	signature, err := key.Sign(rand.Reader, message, options)
	if err != nil {
		b.Fatal(err)
	}
	return signed + "." + encode(signature)
}

// BenchmarkInterpretedBodySize is the interpreted gate over bodies of a growing number of
// attributes, on a route without rules and on one with some, beside one json.Unmarshal of
// the same bytes, which the interpreter runs as native code.
func BenchmarkInterpretedBodySize(b *testing.B) {
	rules := `, "attributes": [{"name": "Model", "type": "String50"}, {"name": "Branch", "type": "String50"}]`
	gates := map[string]http.Handler{"gate": sizeHandler(b, ""), "gate with rules": sizeHandler(b, rules)}
	for _, size := range []int{100, 1 << 10, 10 << 10, 100 << 10, 1 << 20} {
		body := payload(size)
		for name, handler := range gates {
			b.Run(fmt.Sprintf("%dB/%s", size, name), func(b *testing.B) { benchmarkSize(b, handler, body) })
		}
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

// BenchmarkInterpretedLongRequests is the plugin's part of a request with a megabyte of path or
// query.
func BenchmarkInterpretedLongRequests(b *testing.B) {
	handler := firstHandler(b, `"jwksURL": "https://127.0.0.1:1/jwks"`, "")
	for _, shape := range []string{"/a", "/%41", "/%2F..", "//", "/../", "%25", "%2525", "/;a", `\`, "?a&", "?+"} {
		path, query, _ := strings.Cut(strings.Repeat(shape, (1<<20)/len(shape)), "?")
		if query != "" {
			path = "/api/v2/zylkerinc/conversations/1"
		}
		b.Run(shape, func(b *testing.B) {
			b.SetBytes(1 << 20)
			for i := 0; i < b.N; i++ {
				handler.ServeHTTP(httptest.NewRecorder(), longRequest("/"+strings.TrimPrefix(path, "/"), query, ""))
			}
		})
	}
}

// sizeHandler guards SalesIQ's route, which takes large bodies, with more words about it.
func sizeHandler(b testing.TB, more string) http.Handler {
	return benchHandler(b, []byte(`{"staticTokens": [{"subject": "s", "scopes": ["SalesIQ.conversations.UPDATE"],
		"sha256": "3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0"}],
		"routes": [{"api": "salesiq-custom-info", "limits": {"attributes": 10000, "bodyBytes": 2097152}`+more+`}]}`))
}

func benchmarkSize(b *testing.B, handler http.Handler, body string) {
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		serve(b, handler, sized(body), http.StatusNoContent)
	}
}

func sized(body string) *http.Request {
	r := httptest.NewRequest(http.MethodPut, "/api/v2/zylkerinc/conversations/1", strings.NewReader(body))
	r.Header["Authorization"] = []string{"Bearer token"}
	r.Header["Content-Type"] = []string{"application/json"}
	return r
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

func serve(b testing.TB, handler http.Handler, r *http.Request, want int) {
	b.Helper()
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	if want != 0 && w.Code != want {
		b.Fatalf("answered %d: %s", w.Code, w.Body)
	}
}

func caseNamed(b testing.TB, name string) policytest.Case {
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
func benchHandler(b testing.TB, policy []byte) http.Handler {
	b.Helper()
	return benchHandlers(b, policy)[0]
}

// benchHandlers are routers of one Traefik, each with a policy.
func benchHandlers(b testing.TB, policies ...[]byte) []http.Handler {
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
	var handlers []http.Handler
	for _, policy := range policies {
		handler, err := door.open(policytest.Setup{Policy: policy, Backend: nothing, Decided: func(any) {}})
		if err != nil {
			b.Fatal(err)
		}
		handlers = append(handlers, handler)
	}
	return handlers
}

package e2e

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/middleware/policytest"
)

// TestCostInterpreted holds the interpreted plugin to counts of allocations and bytes, which
// do not depend on the machine: the interpreter makes a place for each expression of a
// function that is called, so that they stand for its time and for the collector's. Where it
// fails, either something got dearer by accident, or it is worth it and the numbers here and
// in docs/performance.md have to change.
func TestCostInterpreted(t *testing.T) {
	for name, most := range map[string]struct{ allocations, bytes float64 }{
		"other-path-passes":             {67, 2300}, // two of them look for Upgrade
		"salesiq-documented-sample":     {262, 9800},
		"expertflow-documented-sample":  {465, 16900},
		"wrapped-key-forwarded-as-name": {328, 12400},
	} {
		c := caseNamed(t, name)
		handler := benchHandler(t, c.Policy)
		nothing := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
		sendCase(t, handler, c) // the token is verified, and the caller is learned at the next request
		sendCase(t, handler, c)
		ownAllocations, ownBytes := costOf(func() { sendCase(t, nothing, c) })
		allocations, bytes := costOf(func() { sendCase(t, handler, c) })
		t.Logf("%s: %.0f allocations, %.0f bytes", name, allocations-ownAllocations, bytes-ownBytes)
		if allocations-ownAllocations > most.allocations || bytes-ownBytes > most.bytes {
			t.Errorf("%s: want at most %+v", name, most)
		}
	}
}

// TestCostInterpretedOfFirstTokens does the same for tokens that are seen for the first time,
// when one with the same header was verified before.
func TestCostInterpretedOfFirstTokens(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	handler := firstHandler(t, pinnedKey(t, key), "")
	nothing := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	var tokens []string
	for i := 0; i < 60; i++ {
		tokens = append(tokens, signFirst(t, "RS256", key, i))
	}
	next := 0
	send := func(handler http.Handler) func() {
		return func() {
			serve(t, handler, withToken(tokens[next]), http.StatusNoContent)
			next++
		}
	}
	for next < 5 {
		send(handler)()
	}
	allocations, bytes := costOf(send(handler))
	next = 0
	ownAllocations, ownBytes := costOf(send(nothing))
	t.Logf("%.0f allocations, %.0f bytes", allocations-ownAllocations, bytes-ownBytes)
	if allocations-ownAllocations > 1490 || bytes-ownBytes > 58000 {
		t.Error("want at most 1490 allocations and 58000 bytes")
	}
}

// TestCostInterpretedOfASecondRouter sends a token through two routers with one policy. That
// one of them has it remembered does not keep the other from knowing its caller.
func TestCostInterpretedOfASecondRouter(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	policy := firstPolicy(pinnedKey(t, key), "")
	token := signFirst(t, "RS256", key, 1)
	for i, handler := range benchHandlers(t, policy, policy) {
		send := func() { serve(t, handler, withToken(token), http.StatusNoContent) }
		send()
		send()
		if allocations, _ := costOf(send); allocations > 300 {
			t.Errorf("router %d: %.0f allocations, want at most 300", i, allocations)
		}
	}
}

// TestCostInterpretedOfLargeBodies holds large bodies to what the decoder needs for them, and
// little more: with rules on the route, with keys that are new each time, and with keys that
// all become other names. There is no number of attributes from which they go the whole way,
// which would take a hundred times as much.
func TestCostInterpretedOfLargeBodies(t *testing.T) {
	handler := sizeHandler(t, `, "attributes": [{"name": "Model", "type": "String50"}, {"name": "Branch", "type": "String50"}]`)
	body := payload(100 << 10)
	attributes := float64(strings.Count(body, ":") - 1)
	round := 0
	for name, build := range map[string]func() string{
		"known keys": func() string { return body },
		"new keys": func() string {
			round++
			return strings.ReplaceAll(body, "Attribute ", fmt.Sprint("Attribute ", round, " "))
		},
		"wrapped keys": func() string {
			return regexp.MustCompile(`"(Attribute [0-9]+)":`).ReplaceAllString(body, `"%visitor.custominfo.$1%":`)
		},
	} {
		built := build()
		send := func() { serve(t, handler, sized(built), http.StatusNoContent) }
		send() // learns
		send()
		if name == "new keys" {
			built = build()
		}
		allocations, bytes := costOf(send)
		t.Logf("%s: %.1f allocations and %.0f bytes for an attribute of %.0f", name, allocations/attributes, bytes/attributes, attributes)
		if allocations > 12*attributes || bytes > 1500*attributes {
			t.Errorf("%s: want at most 12 allocations and 1500 bytes for an attribute", name)
		}
	}
}

// TestCostInterpretedOfLongRequests holds what anybody can make as long as a server takes, a
// megabyte as a rule, to allocations that do not grow with it: each of them would be a step
// in the interpreter, of which a megabyte takes seconds.
func TestCostInterpretedOfLongRequests(t *testing.T) {
	handler := benchHandler(t, firstPolicy(`"jwksURL": "https://127.0.0.1:1/jwks"`, ""))
	const path = "/api/v2/zylkerinc/conversations/1"
	for _, shape := range []string{"/a", "/%41", "/%2F..", "//", "/../", "/x/..", "%25%34%31", "%25", "/;a", ";a", `\`, "%c3%a9"} {
		holdLong(t, handler, "path "+shape, func(long int) *http.Request {
			return longRequest("/"+strings.Repeat(shape, long), "", "")
		})
	}
	for _, shape := range []string{"a", "&", "a&", "%41=;", ".method=&", "+", "%20"} {
		holdLong(t, handler, "query "+shape, func(long int) *http.Request {
			return longRequest(path, strings.Repeat(shape, long), "")
		})
	}
	for _, shape := range []string{"a", "a.", " ", ","} {
		holdLong(t, handler, "Authorization "+shape, func(long int) *http.Request {
			return longRequest(path, "", "Bearer "+strings.Repeat(shape, long))
		})
	}
}

// TestCostInterpretedOfManyFields does the same for a header with as many fields as fit in:
// each is a step, and no more than that.
func TestCostInterpretedOfManyFields(t *testing.T) {
	const many = 5000
	handler := benchHandler(t, firstPolicy(`"jwksURL": "https://127.0.0.1:1/jwks"`, ""))
	r := longRequest("/api/v2/zylkerinc/conversations/1", "", "")
	r.Method = http.MethodGet // another method, where marks for hyphens are looked for
	cost := func() float64 {
		allocations, _ := costOf(func() { handler.ServeHTTP(httptest.NewRecorder(), r) })
		return allocations
	}
	few := cost()
	for i := 0; i < many; i++ {
		r.Header[fmt.Sprint("X-", i)] = []string{""}
	}
	if more := cost() - few; more > 3*many {
		t.Errorf("%.1f allocations for a field, want at most 3", more/many)
	}
}

// holdLong sends requests of two lengths.
func holdLong(t *testing.T, handler http.Handler, what string, request func(long int) *http.Request) {
	t.Helper()
	cost := func(long int) float64 {
		allocations, _ := costOf(func() { handler.ServeHTTP(httptest.NewRecorder(), request(long)) })
		return allocations
	}
	short, long := cost(50), cost(5_000)
	t.Logf("%s: %.0f allocations, %.0f if it is a hundred times as long", what, short, long)
	if long > short+200 {
		t.Errorf("%s: want no more than 200 allocations more", what)
	}
}

func longRequest(path, query, authorization string) *http.Request {
	r := httptest.NewRequest(http.MethodPut, "/", strings.NewReader("{}"))
	r.URL = &url.URL{Path: path, RawPath: path, RawQuery: query}
	if decoded, err := url.PathUnescape(path); err == nil {
		r.URL.Path = decoded
	}
	if authorization != "" {
		r.Header["Authorization"] = []string{authorization}
	}
	return r
}

// costOf counts allocations and bytes of one call.
func costOf(call func()) (allocations, bytes float64) {
	const runs = 50
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := 0; i < runs; i++ {
		call()
	}
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs-before.Mallocs) / runs, float64(after.TotalAlloc-before.TotalAlloc) / runs
}

// sendCase sends a case that is not refused.
func sendCase(t testing.TB, handler http.Handler, c policytest.Case) {
	method, target, _ := strings.Cut(strings.TrimSuffix(c.Request.Start(), " HTTP/1.1"), " ")
	r := httptest.NewRequest(method, target, strings.NewReader(string(c.Request.Body)))
	for _, header := range c.Request.Names() {
		r.Header[header] = c.Request.Values(header)
	}
	serve(t, handler, r, http.StatusNoContent)
}

package middleware_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/policytest"
)

// BenchmarkAdmit measures the gate alone on the documented samples, the token remembered.
func BenchmarkAdmit(b *testing.B) {
	for _, name := range []string{"salesiq-documented-sample", "expertflow-documented-sample", "wrapped-key-forwarded-as-name", "other-path-passes"} {
		b.Run(name, func(b *testing.B) { benchmarkCase(b, name) })
	}
}

// BenchmarkBodySize measures the whole gate over bodies of a growing number of attributes,
// a hundred characters each, beside gjson.Valid on the same bytes.
func BenchmarkBodySize(b *testing.B) {
	for _, size := range []int{100, 1 << 10, 10 << 10, 100 << 10, 1 << 20} {
		body, attributes := payload(size)
		gate := roomyGate(b, 0)
		b.Run(fmt.Sprintf("%dB/%d attributes", size, attributes), func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			benchmarkBody(b, gate, body)
		})
		b.Run(fmt.Sprintf("%dB/gjson.Valid", size), func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			for i := 0; i < b.N; i++ {
				if !gjson.Valid(body) {
					b.Fatal("not valid")
				}
			}
		})
	}
}

// BenchmarkRules measures the gate over one body with a growing number of rules, of which
// the body meets one.
func BenchmarkRules(b *testing.B) {
	for _, rules := range []int{1, 10, 1000} {
		gate := roomyGate(b, rules)
		b.Run(fmt.Sprint(rules), func(b *testing.B) { benchmarkBody(b, gate, `{"customer_info":{"Model":"Class X9","Rule 0":"x"}}`) })
	}
}

// BenchmarkRoutes measures a gate of a growing number of routes, on the last of them.
func BenchmarkRoutes(b *testing.B) {
	for _, routes := range []int{1, 100, 10000} {
		p := policy.Policy{StaticTokens: exampleTokens()}
		for i := 0; i < routes; i++ {
			p.Routes = append(p.Routes, policy.Route{
				API: policy.SalesIQCustomInfo, Name: fmt.Sprint(i),
				Match: fmt.Sprintf("PUT /api/v2/{screen_name}/conversations%d/{conversation_id}", i),
			})
		}
		gate, err := middleware.New(p, middleware.Options{})
		if err != nil {
			b.Fatal(err)
		}
		path := fmt.Sprintf("/api/v2/zylkerinc/conversations%d/1", routes-1)
		b.Run(fmt.Sprint(routes), func(b *testing.B) {
			benchmarkBodyAt(b, gate, path, `{"customer_info":{"Model":"Class X9","Branch":"Sydney"}}`)
		})
	}
}

// roomyGate has limits that let every body of a benchmark through, and rules for names.
func roomyGate(b testing.TB, rules int) *middleware.Gate {
	b.Helper()
	route := policy.Route{API: policy.SalesIQCustomInfo, Limits: policy.Limits{Attributes: 10000, BodyBytes: 2 << 20}}
	for i := 0; i < rules; i++ {
		route.Attributes = append(route.Attributes, policy.Attribute{Name: fmt.Sprint("Rule ", i), Type: "String50"})
	}
	gate, err := middleware.New(policy.Policy{StaticTokens: exampleTokens(), Routes: []policy.Route{route}}, middleware.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return gate
}

func payload(size int) (body string, attributes int) {
	var out strings.Builder
	out.WriteString(`{"customer_info":{"Model":"Class X9"`)
	for attributes = 1; out.Len() < size-120; attributes++ {
		fmt.Fprintf(&out, `,"Attribute %d":"%0100d"`, attributes, attributes)
	}
	out.WriteString("}}")
	return out.String(), attributes
}

func benchmarkBody(b *testing.B, gate *middleware.Gate, body string) {
	benchmarkBodyAt(b, gate, "/api/v2/zylkerinc/conversations/1", body)
}

func benchmarkBodyAt(b *testing.B, gate *middleware.Gate, path, body string) {
	request, err := http.NewRequest(http.MethodPut, "http://gateway"+path, http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	request.Header["Content-Type"] = []string{"application/json"}
	request.Header["Authorization"] = []string{"Bearer token"}
	request.ContentLength = int64(len(body))
	benchmarkRequest(b, gate, request, body)
}

func benchmarkRequest(b *testing.B, gate *middleware.Gate, request *http.Request, body string) {
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		r := *request
		r.Body = io.NopCloser(strings.NewReader(body))
		if _, decision := gate.Admit(&r); decision.Outcome == middleware.Refused {
			b.Fatal(decision.Refusal.Detail)
		}
	}
}

func benchmarkCase(b *testing.B, name string) {
	text, err := os.ReadFile("../testdata/cases/policy.json")
	if err != nil {
		b.Fatal(err)
	}
	p, err := policy.Parse(text)
	if err != nil {
		b.Fatal(err)
	}
	gate, err := middleware.New(p, middleware.Options{})
	if err != nil {
		b.Fatal(err)
	}
	request, body := load(b, name)
	benchmarkRequest(b, gate, request, body)
}

func load(b testing.TB, name string) (*http.Request, string) {
	b.Helper()
	cases, err := policytest.Load("../testdata/cases")
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range cases {
		if c.Name == name {
			return httpRequest(b, c.Request), string(c.Request.Body)
		}
	}
	b.Fatalf("no case %s", name)
	return nil, ""
}

func httpRequest(b testing.TB, m policytest.Message) *http.Request {
	b.Helper()
	method, target, _ := strings.Cut(strings.TrimSuffix(m.Start(), " HTTP/1.1"), " ")
	r, err := http.NewRequestWithContext(context.Background(), method, "http://gateway"+target, strings.NewReader(string(m.Body)))
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range m.Names() {
		r.Header[name] = m.Values(name)
	}
	return r
}

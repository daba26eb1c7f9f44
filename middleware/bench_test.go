package middleware_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

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

func load(b *testing.B, name string) (*http.Request, string) {
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

func httpRequest(b *testing.B, m policytest.Message) *http.Request {
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

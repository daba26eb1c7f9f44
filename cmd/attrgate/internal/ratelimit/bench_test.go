package ratelimit_test

import (
	"net/http"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/ratelimit"
	"github.com/attrgate/attrgate/middleware"
)

// BenchmarkCheck is what a request costs that one limit applies to.
func BenchmarkCheck(b *testing.B) {
	l := ratelimit.New([]config.RateLimit{{Requests: 1_000_000}})
	l.Local = ratelimit.NewLocal(nil)
	header := http.Header{}
	l.Answer = func(*http.Request) http.Header { return header }
	l.Over = func(string, string) {}
	r, _ := http.NewRequest("PUT", "http://x/", nil)
	d := middleware.Decision{Route: "r", Subject: "somebody", Issuer: "https://idp.example.com"}
	b.ReportAllocs()
	for b.Loop() {
		_ = l.Check(r, d)
	}
}

package token_test

import (
	"context"
	"runtime"
	"strconv"
	"testing"

	"github.com/attrgate/attrgate/middleware/token"
)

// BenchmarkVerify measures a token that is remembered, and one that is seen for the first
// time, by algorithm.
func BenchmarkVerify(b *testing.B) {
	b.Run("remembered", func(b *testing.B) { verifyTurnByTurn(b, "RS256", 1) })
	for _, alg := range []string{"RS256", "PS256", "ES256", "EdDSA"} {
		b.Run("first/"+alg, func(b *testing.B) {
			b.Cleanup(token.Bound(2, 2)) // too small to remember tokens that take turns
			verifyTurnByTurn(b, alg, 16)
		})
	}
}

// BenchmarkRememberedAmong measures a token that is remembered among many others.
func BenchmarkRememberedAmong(b *testing.B) {
	for _, others := range []int{0, 1000, 1000000} {
		b.Run(strconv.Itoa(others), func(b *testing.B) {
			b.Cleanup(token.Bound(4000000, 2))
			token.Fill(others)
			verifyTurnByTurn(b, "RS256", 1)
		})
	}
}

// BenchmarkRememberedAtOnce measures a token that is sent on all processors at once; with
// -mutexprofile it shows that nobody waits for a lock.
func BenchmarkRememberedAtOnce(b *testing.B) {
	s := newSigner(b, "RS256", "k")
	is := newIssuer(b, s.jwk())
	v := is.verifier(b)
	raw := s.token(b, is.URL, nil)
	if _, err := token.Verify(context.Background(), v, raw, noon); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		var room token.Room
		for pb.Next() {
			if _, err := token.VerifySent(context.Background(), v, token.Sent{Raw: raw}, noon, &room); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func verifyTurnByTurn(b *testing.B, alg string, tokens int) {
	s := newSigner(b, alg, "k")
	is := newIssuer(b, s.jwk())
	v := is.verifier(b)
	var raw []string
	for i := 0; i < tokens; i++ {
		raw = append(raw, s.token(b, is.URL, map[string]any{"jti": strconv.Itoa(i)}))
	}
	var room token.Room
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if _, err := token.VerifySent(context.Background(), v, token.Sent{Raw: raw[i%tokens]}, noon, &room); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRememberedTokens measures what a process pays for each token it remembers: the
// metric B/token, claims with two scopes included.
func BenchmarkRememberedTokens(b *testing.B) {
	const tokens = 20000
	s := newSigner(b, "EdDSA", "k")
	is := newIssuer(b, s.jwk())
	v := is.verifier(b)
	b.Cleanup(token.Bound(2*tokens, 2))
	before := heap()
	for i := 0; i < tokens; i++ {
		if _, err := token.Verify(context.Background(), v, s.token(b, is.URL, map[string]any{"jti": strconv.Itoa(i)}), noon); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(heap()-before)/tokens, "B/token")
	b.ReportMetric(0, "ns/op")
	runtime.KeepAlive(v)
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

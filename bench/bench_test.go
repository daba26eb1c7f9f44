package bench_test

import (
	"testing"

	"github.com/attrgate/attrgate/bench/internal/contender"
	"github.com/attrgate/attrgate/bench/internal/sample"
	"github.com/attrgate/attrgate/bench/internal/turns"
)

// BenchmarkRequest is one request judged by each contender, with a handler behind it that
// reads the body. For ratios take ./inprocess, where the contenders take turns.
func BenchmarkRequest(b *testing.B) {
	for _, c := range contender.All() {
		b.Run(c.Name, func(b *testing.B) {
			s := subject(b, c.Name)
			b.ReportAllocs()
			b.ResetTimer()
			if err := s.Do(b.N); err != nil {
				b.Fatal(err)
			}
		})
	}
}

func subject(tb testing.TB, name string) turns.Subject {
	tb.Helper()
	signer, err := sample.NewSigner()
	if err != nil {
		tb.Fatal(err)
	}
	for _, c := range contender.All() {
		if c.Name != name {
			continue
		}
		s, err := contender.Subject(c, signer)
		if err != nil {
			tb.Fatal(err)
		}
		return s
	}
	tb.Fatalf("there is no contender %q", name)
	return turns.Subject{}
}

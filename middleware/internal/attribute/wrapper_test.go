//go:build !yaegi
// +build !yaegi

package attribute_test

import (
	"math/rand"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/middleware/internal/attribute"
)

// TestUnwrapping holds the way by hand against the pattern, with keys that differ a little
// from wrapped ones.
func TestUnwrapping(t *testing.T) {
	byHand, byPattern := attribute.NewUnwrap()
	parts := []string{
		"%", "visitor", "Visitor", "VISITOR", "vi\u017fitor", ".", " ", "\t", "\v", "custom", "CUSTOM", "_", "-", "info", "Info", "inf\u00f6",
		"X", "", "..", "%%", "\u00a0", "\u212a", "custominfo", "visitor.custominfo.", "%visitor.custom_info.", "%visitor.custom info .X%",
	}
	random := rand.New(rand.NewSource(1))
	wrapped := 0
	for i := 0; i < 300000; i++ {
		var key strings.Builder
		usual := []string{"%", "visitor", ".", "custom", "_", "info", ".", "Model", "%"}
		for _, part := range usual {
			if random.Intn(9) == 0 {
				part = parts[random.Intn(len(parts))]
			}
			if random.Intn(12) == 0 {
				part += parts[random.Intn(len(parts))]
			}
			key.WriteString(part)
		}
		inner, ok := byHand(key.String())
		want, wanted := byPattern(key.String())
		if ok != wanted || inner != want {
			t.Fatalf("%q: %q, %v by hand; %q, %v by the pattern", key.String(), inner, ok, want, wanted)
		}
		if ok {
			wrapped++
		}
	}
	if wrapped < 10000 || wrapped > 290000 {
		t.Errorf("%d of the keys were wrapped", wrapped)
	}
}

func BenchmarkUnwrapped(b *testing.B) {
	byHand, byPattern := attribute.NewUnwrap()
	for name, unwrap := range map[string]func(string) (string, bool){"by hand": byHand, "by the pattern": byPattern} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; i < b.N; i++ {
				if _, ok := unwrap("%visitor.custominfo.Model%"); !ok {
					b.Fatal("not wrapped")
				}
			}
		})
	}
}

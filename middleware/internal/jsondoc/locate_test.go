//go:build !yaegi
// +build !yaegi

package jsondoc

import (
	"fmt"
	"testing"
)

// BenchmarkLocate measures the scan as the gate does it, with the room that it keeps.
func BenchmarkLocate(b *testing.B) {
	for _, size := range []int{100, 1 << 10, 10 << 10, 100 << 10} {
		doc := string(payload(size))
		b.Run(fmt.Sprintf("%dB", size), func(b *testing.B) {
			var s Scanner
			var out Outline
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for i := 0; i < b.N; i++ {
				if there, err := Locate(&s, &out, doc, []string{"customer_info"}, 16); !there || err != nil {
					b.Fatal("not found")
				}
			}
		})
	}
}

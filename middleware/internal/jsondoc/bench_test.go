//go:build !yaegi
// +build !yaegi

package jsondoc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/tidwall/gjson"
)

// BenchmarkScan measures the strict scan beside the validity checks that others stop at, on
// the same bytes. "interpreted" is what the interpreter runs, compiled.
func BenchmarkScan(b *testing.B) {
	for _, size := range []int{100, 1 << 10, 10 << 10, 100 << 10, 1 << 20} {
		doc := payload(size)
		for _, c := range []struct {
			name string
			scan func([]byte) bool
		}{
			{"scan", func(d []byte) bool { return Scan(string(d), 16) == nil }},
			{"gjson.Valid", gjson.ValidBytes},
			{"json.Valid", json.Valid},
			{"interpreted", func(d []byte) bool { return explain(string(d), 16) == nil }},
		} {
			b.Run(fmt.Sprintf("%dB/%s", size, c.name), func(b *testing.B) {
				b.SetBytes(int64(len(doc)))
				b.ReportAllocs()
				for i := 0; i < b.N; i++ {
					if !c.scan(doc) {
						b.Fatal("refused")
					}
				}
			})
		}
	}
}

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

// BenchmarkDecodeObject measures the claims of a usual token.
func BenchmarkDecodeObject(b *testing.B) {
	claims := []byte(`{"aud":"contact-centre","client_id":"crm","exp":1763800000,"iat":1763713600,"iss":"https://idp.example.com",` +
		`"jti":"0","scope":"SalesIQ.conversations.UPDATE channel-session:update","sub":"crm-sync"}`)
	for _, c := range []struct {
		name   string
		decode func([]byte, int) (map[string]any, bool)
	}{{"compiled", DecodeObject}, {"interpreted", stdDecodeObject}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; i < b.N; i++ {
				if _, ok := c.decode(claims, 16); !ok {
					b.Fatal("refused")
				}
			}
		})
	}
}

// payload is a good SalesIQ body of about the given size: values of a hundred characters.
func payload(size int) []byte {
	var out bytes.Buffer
	out.WriteString(`{"customer_info":{"Model":"Class X9"`)
	for i := 0; out.Len() < size-120; i++ {
		fmt.Fprintf(&out, `,"Attribute %d":"%0100d"`, i, i)
	}
	out.WriteString("}}")
	return out.Bytes()
}

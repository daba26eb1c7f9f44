package query_test

import (
	"testing"

	"github.com/attrgate/attrgate/middleware/internal/query"
)

func TestHas(t *testing.T) {
	for raw, want := range map[string]bool{
		"":                   false,
		"a=_method":          false,
		"_methods=PUT":       false,
		"x&_method":          true,
		"_method=PUT":        true,
		"_METHOD=PUT":        true,
		"%5fmethod=PUT":      true,
		"x;_method=PUT":      true,
		"_method=%zz":        true,
		"a=%zz&_method=PUT":  true,
		"%zz&a=b;_method=%z": true,
		".method=PUT":        true,
		"a=b&+_method=PUT":   true,
		"%20%20_method=PUT":  true,
		"[method=PUT":        true,
		"%5bmethod":          true,
		"_method%00x=PUT":    true,
		"a b=PUT":            false,
		"+":                  false,
	} {
		if got := query.Has(raw, "_method"); got != want {
			t.Errorf("%q: %v, want %v", raw, got, want)
		}
	}
}

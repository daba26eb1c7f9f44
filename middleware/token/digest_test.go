//go:build !yaegi
// +build !yaegi

package token_test

import (
	"crypto/sha256"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/attrgate/attrgate/middleware/token"
)

// TestDigests: a token has one digest, and no other token or configuration has it.
func TestDigests(t *testing.T) {
	seen := map[string]string{}
	note := func(space, raw string) {
		usual, without := token.Digest(space, raw), token.DigestWithoutGMAC(space, raw)
		for _, digest := range []string{"GMAC " + string(usual[:]), "SHA-256 " + string(without[:])} {
			if is := space + " " + raw; seen[digest] == "" {
				seen[digest] = is
			} else if seen[digest] != is {
				t.Errorf("%q and %q have one digest", seen[digest], is)
			}
		}
	}
	first, second := strings.Repeat("1", sha256.Size), strings.Repeat("2", sha256.Size)
	for twice := 0; twice < 2; twice++ {
		for length := 0; length < 5000; length += 1 + length/20 {
			raw := strings.Repeat("a", length)
			note(first, raw)
			note(second, raw)
			note(first, raw+"\x00")
			note(first, "b"+raw)
		}
	}
	if len(seen) < 500 {
		t.Errorf("%d digests", len(seen))
	}
}

// TestDigestsAtOnce: what is digested at the same time is not mixed up.
func TestDigestsAtOnce(t *testing.T) {
	var all sync.WaitGroup
	for i := 0; i < 8; i++ {
		raw := strings.Repeat(strconv.Itoa(i), 100*i)
		want := token.Digest("", raw)
		all.Add(1)
		go func() {
			defer all.Done()
			for j := 0; j < 1000; j++ {
				if got := token.Digest("", raw); got != want {
					t.Errorf("%s has another digest", raw)
					return
				}
			}
		}()
	}
	all.Wait()
}

// BenchmarkDigest measures what a token is remembered by, beside SHA-256 of the same bytes.
func BenchmarkDigest(b *testing.B) {
	space := strings.Repeat("s", sha256.Size)
	for _, size := range []int{40, 700, 2000} {
		raw := strings.Repeat("t", size)
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; i < b.N; i++ {
				token.Digest(space, raw)
			}
		})
		b.Run(strconv.Itoa(size)+"/SHA-256", func(b *testing.B) {
			input := []byte(space + raw)
			for i := 0; i < b.N; i++ {
				sha256.Sum256(input)
			}
		})
	}
}

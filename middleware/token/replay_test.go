package token_test

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware/token"
)

func TestProofIsRememberedUntilItEnds(t *testing.T) {
	use := token.NewProofMemory(1000)
	end := noon.Add(time.Minute)
	if err := use("a", "1", end, noon); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < 100; i++ { // other proofs of other ages come and go
		at := noon.Add(time.Duration(i) * 600 * time.Millisecond)
		if err := use("b", strconv.Itoa(i), at.Add(time.Duration(i%7)*time.Second), at); err != nil {
			t.Fatal(err)
		}
		if err := use("a", "1", end, at); !errors.Is(err, token.ErrProof) {
			t.Fatalf("sent again after %s: %v", at.Sub(noon), err)
		}
	}
	if err := use("a", "1", end, end); !errors.Is(err, token.ErrProof) {
		t.Errorf("sent again in its last moment: %v", err)
	}
	if err := use("b", "1 of b", end, noon); err != nil {
		t.Errorf("the clock went back: %v", err)
	}
}

// TestFullMemoryOfProofs: one key cannot take more than its share, a full memory accepts
// nothing, and time makes room.
func TestFullMemoryOfProofs(t *testing.T) {
	const limit = 64
	use := token.NewProofMemory(limit)
	end := noon.Add(time.Minute)
	for key := 0; key < token.MaxShare; key++ {
		for i := 0; i < limit/token.MaxShare; i++ {
			if err := use(strconv.Itoa(key), strconv.Itoa(i), end, noon); err != nil {
				t.Fatalf("proof %d of key %d: %v", i, key, err)
			}
		}
		if err := use(strconv.Itoa(key), "one more", end, noon); !errors.Is(err, token.ErrUnavailable) {
			t.Errorf("key %d took more than its share: %v", key, err)
		}
	}
	if err := use("another", "1", end, noon); !errors.Is(err, token.ErrUnavailable) {
		t.Errorf("accepted without room to remember: %v", err)
	}
	if err := use("0", "0", end, noon); !errors.Is(err, token.ErrProof) {
		t.Errorf("a proof that was used: %v", err)
	}
	later := end.Add(time.Second)
	for i := 0; i < 3; i++ {
		if err := use("another", "later "+strconv.Itoa(i), later.Add(time.Minute), later); err != nil {
			t.Errorf("no room after the end of all: %v", err)
		}
	}
}

// TestLongestProofKeepsItsGeneration: proofs of gates with different ages share a memory.
func TestLongestProofKeepsItsGeneration(t *testing.T) {
	use := token.NewProofMemory(1000)
	for i, seconds := range []int{2, 60, 1} { // the first is alone, the others are forgotten together
		if err := use("a", strconv.Itoa(i), noon.Add(time.Duration(seconds)*time.Second), noon); err != nil {
			t.Fatal(err)
		}
	}
	for i := 3; i < 60; i++ {
		now := noon.Add(time.Duration(i) * time.Second)
		if err := use("b", strconv.Itoa(i), now, now); err != nil {
			t.Fatal(err)
		}
		if err := use("a", "1", noon.Add(time.Minute), now); !errors.Is(err, token.ErrProof) {
			t.Fatalf("forgotten after %d seconds: %v", i, err)
		}
	}
}

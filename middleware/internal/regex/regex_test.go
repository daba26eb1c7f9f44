package regex_test

import (
	"strconv"
	"sync"
	"testing"

	"github.com/attrgate/attrgate/middleware/internal/regex"
)

func TestEachIsCompiledOnce(t *testing.T) {
	first := regex.Must("^[a-z]+$")
	again, err := regex.Compile("^[a-z]+$")
	if err != nil || first != again {
		t.Errorf("compiled again: %v %v", again, err)
	}
	if other := regex.Must("^[a-z]*$"); other == first || !other.MatchString("") {
		t.Errorf("got %v for another expression", other)
	}
}

func TestWhatDoesNotCompileIsAnError(t *testing.T) {
	for i := 0; i < 2; i++ {
		if compiled, err := regex.Compile("("); compiled != nil || err == nil {
			t.Errorf("got %v, %v", compiled, err)
		}
	}
}

func TestWhole(t *testing.T) {
	compiled, err := regex.Whole("a|b")
	if err != nil || !compiled.MatchString("b") || compiled.MatchString("ab") || compiled.MatchString("b\n") {
		t.Errorf("got %v, %v", compiled, err)
	}
	for _, pattern := range []string{"(", "a)|(b", `\Qa`, `a\`} {
		if compiled, err := regex.Whole(pattern); compiled != nil || err == nil {
			t.Errorf("%s: got %v, %v", pattern, compiled, err)
		}
	}
}

// TestMemoryIsBounded compiles more expressions than are kept, by several at a time.
func TestMemoryIsBounded(t *testing.T) {
	first := regex.Must("^first$")
	var all sync.WaitGroup
	for by := 0; by < 4; by++ {
		all.Add(1)
		go func(by int) {
			defer all.Done()
			for i := 0; i < 300; i++ {
				text := "^" + strconv.Itoa(by) + "-" + strconv.Itoa(i) + "$"
				if compiled := regex.Must(text); compiled.String() != text {
					t.Errorf("got %v for %s", compiled, text)
				}
			}
		}(by)
	}
	all.Wait()
	if again := regex.Must("^first$"); again == first {
		t.Error("after 1200 others the first expression is still kept")
	}
}

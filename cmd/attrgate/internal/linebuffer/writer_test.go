package linebuffer_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/linebuffer"
)

// sink notes what it gets with each call.
type sink struct {
	mu    sync.Mutex
	calls []string
	some  chan bool
	fails bool
}

func (s *sink) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fails {
		return 0, errors.New("full")
	}
	s.calls = append(s.calls, string(p))
	select {
	case s.some <- true:
	default:
	}
	return len(p), nil
}

func (s *sink) fail(fails bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fails = fails
}

func write(t *testing.T, w *linebuffer.Writer, line string) {
	t.Helper()
	if n, err := w.Write([]byte(line)); n != len(line) || err != nil {
		t.Fatal(n, err)
	}
}

func TestALineComesByItself(t *testing.T) {
	s := &sink{some: make(chan bool, 2)}
	w := linebuffer.New(s)
	for _, line := range []string{"one\n", "two\n"} {
		write(t, w, line)
		<-s.some
	}
	if err := w.Close(); err != nil || strings.Join(s.calls, "|") != "one\n|two\n" {
		t.Errorf("%q, %v", s.calls, err)
	}
}

func TestManyLinesComeTogetherWholeAndInOrder(t *testing.T) {
	const lines = 10_000
	s := &sink{}
	w := linebuffer.New(s)
	var want strings.Builder
	for i := range lines {
		line := fmt.Sprintf("%d %s\n", i, strings.Repeat("x", i%300))
		write(t, w, line)
		want.WriteString(line)
	}
	if err := w.Close(); err != nil || strings.Join(s.calls, "") != want.String() {
		t.Errorf("%d calls, %v", len(s.calls), err)
	}
	for _, call := range s.calls {
		if !strings.HasSuffix(call, "\n") {
			t.Error("a line was divided")
		}
	}
	if len(s.calls) > lines/10 {
		t.Errorf("%d calls for %d lines", len(s.calls), lines)
	}
}

func TestALongLineIsNotDivided(t *testing.T) {
	s := &sink{}
	w := linebuffer.New(s)
	long := strings.Repeat("x", 200_000) + "\n"
	write(t, w, "short\n")
	write(t, w, long)
	if err := w.Close(); err != nil || len(s.calls) != 2 || s.calls[1] != long {
		t.Errorf("%d calls, %v", len(s.calls), err)
	}
}

func TestAfterAnErrorItGoesOn(t *testing.T) {
	s := &sink{fails: true}
	w := linebuffer.New(s)
	write(t, w, "lost\n")
	if w.Close() == nil {
		t.Error("no error")
	}
	s.fail(false)
	write(t, w, "written\n")
	if err := w.Close(); err != nil || strings.Join(s.calls, "|") != "written\n" {
		t.Errorf("%q, %v", s.calls, err)
	}
}

func TestLinesOfManyAtOnce(t *testing.T) {
	s := &sink{}
	w := linebuffer.New(s)
	var working sync.WaitGroup
	for range 8 {
		working.Go(func() {
			for range 1000 {
				_, _ = w.Write([]byte("a line\n"))
			}
		})
	}
	working.Wait()
	if err := w.Close(); err != nil || strings.Join(s.calls, "") != strings.Repeat("a line\n", 8000) {
		t.Errorf("%d calls, %v", len(s.calls), err)
	}
}

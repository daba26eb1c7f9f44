//go:build !yaegi
// +build !yaegi

package token_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
)

// shelf keeps results for this process.
type shelf struct {
	mu      sync.Mutex
	values  map[string][]byte
	keptFor time.Duration
	put     chan bool
}

func newShelf() *shelf { return &shelf{values: map[string][]byte{}, put: make(chan bool, 100)} }

func (s *shelf) Get(key string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.values[key]
}

func (s *shelf) Put(key string, value []byte, keepFor time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values[key] = value
	s.keptFor = keepFor
	s.put <- true
}

// change replaces all values.
func (s *shelf) change(by func([]byte) []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, value := range s.values {
		s.values[key] = by(value)
	}
}

// sharing is a verifier of another process: it has the shelf, and remembers nothing.
func sharing(t *testing.T, p policy.Introspection, s *shelf) *token.Verifier {
	t.Helper()
	t.Cleanup(token.Bound(100, 100))
	v := introspecting(t, policy.Policy{Introspection: []policy.Introspection{p}})
	token.Share(v, &token.Binding{}, s, nil)
	return v
}

func TestASharedResultSparesAQuestion(t *testing.T) {
	e, s := newEndpoint(t), newShelf()
	e.says(active(map[string]any{"exp": noon.Add(20 * time.Second).Unix(), "cnf": map[string]any{"jkt": strings.Repeat("A", 43)}}))
	first, err := verify(sharing(t, e.policy(), s), "opaque", noon)
	if err != nil {
		t.Fatal(err)
	}
	<-s.put
	if s.keptFor != 20*time.Second {
		t.Errorf("kept for %s", s.keptFor)
	}
	second, err := verify(sharing(t, e.policy(), s), "opaque", noon.Add(19*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	if second.Subject != first.Subject || second.Confirmation == nil || *second.Confirmation != *first.Confirmation || !second.Expiry.Equal(first.Expiry) {
		t.Errorf("%+v, want %+v", second, first)
	}
	wantAsked(t, e, 1)
	e.says(map[string]any{"active": false})
	wantError(t, sharing(t, e.policy(), s), "opaque", noon.Add(20*time.Second), token.ErrInactive)
	wantAsked(t, e, 2)
}

// TestASharedResultIsNotOlderThanAnAnswer puts back an old one, and one of a clock that is ahead.
func TestASharedResultIsNotOlderThanAnAnswer(t *testing.T) {
	e, s := newEndpoint(t), newShelf()
	e.says(active(nil))
	p := e.policy()
	p.CacheFor = "30s"
	mustVerify(t, sharing(t, p, s), "opaque", noon)
	<-s.put
	e.says(map[string]any{"active": false})
	wantError(t, sharing(t, p, s), "opaque", noon.Add(30*time.Second), token.ErrInactive)
	wantError(t, sharing(t, p, s), "opaque", noon.Add(-time.Hour), token.ErrInactive)
	mustVerify(t, sharing(t, p, s), "opaque", noon.Add(29*time.Second))
}

// TestAResultThatIsNotOursIsNotBelieved: changed, of another token, or of another secret.
func TestAResultThatIsNotOursIsNotBelieved(t *testing.T) {
	e, s := newEndpoint(t), newShelf()
	e.says(active(nil))
	mustVerify(t, sharing(t, e.policy(), s), "opaque", noon)
	<-s.put
	other := e.policy()
	other.ClientSecret = "another"
	mustVerify(t, sharing(t, other, s), "opaque", noon)
	<-s.put
	wantAsked(t, e, 2)
	good := map[string][]byte{}
	var last []byte
	for key, value := range s.values {
		good[key], last = value, value
		for _, word := range []string{"opaque", "crm", "app"} {
			if strings.Contains(key+string(value), word) {
				t.Errorf("%q is in clear", word)
			}
		}
	}
	for what, by := range map[string]func([]byte) []byte{
		"nothing":   func([]byte) []byte { return nil },
		"short":     func(v []byte) []byte { return v[:5] },
		"cut":       func(v []byte) []byte { return v[:len(v)-1] },
		"of all":    func([]byte) []byte { return last },
		"the other": func(v []byte) []byte { return append([]byte{v[0] ^ 1}, v[1:]...) },
	} {
		s.values = map[string][]byte{}
		for key, value := range good {
			s.values[key] = value
		}
		s.change(by)
		asked := len(e.questions())
		mustVerify(t, sharing(t, e.policy(), s), "opaque", noon)
		mustVerify(t, sharing(t, other, s), "opaque", noon)
		want := 2
		if what == "of all" {
			want = 1 // it is one's own
		}
		for range make([]bool, want) {
			<-s.put
		}
		if got := len(e.questions()) - asked; got != want {
			t.Errorf("%s: asked %d times, want %d", what, got, want)
		}
	}
}

// TestRefusedTokensAreNotShared: whoever invents tokens takes no room.
func TestRefusedTokensAreNotShared(t *testing.T) {
	e, s := newEndpoint(t), newShelf()
	wantError(t, sharing(t, e.policy(), s), "opaque", noon, token.ErrInactive)
	e.fails()
	wantError(t, sharing(t, e.policy(), s), "other", noon, token.ErrUnavailable)
	e.says(active(nil))
	mustVerify(t, sharing(t, e.policy(), s), "good", noon)
	if <-s.put; len(s.values) != 1 {
		t.Errorf("%d are shared", len(s.values))
	}
}

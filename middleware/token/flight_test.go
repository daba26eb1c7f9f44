package token_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
)

// lasting is a verifier that remembers for the given times.
func (e *endpoint) lasting(t testing.TB, cacheFor, inactiveFor string) *token.Verifier {
	t.Helper()
	p := e.policy()
	p.CacheFor, p.InactiveFor = cacheFor, inactiveFor
	return introspecting(t, policy.Policy{Introspection: []policy.Introspection{p}})
}

func TestActiveAnswersAreRemembered(t *testing.T) {
	e := newEndpoint(t)
	e.says(active(nil))
	v := e.lasting(t, "", "")
	mustVerify(t, v, "opaque", noon)
	mustVerify(t, v, "opaque", noon.Add(29*time.Second))
	mustVerify(t, e.lasting(t, "", ""), "opaque", noon.Add(29*time.Second)) // another instance
	wantAsked(t, e, 1)
	e.says(map[string]any{"active": false}) // revoked
	wantError(t, v, "opaque", noon.Add(30*time.Second), token.ErrInactive)
	wantAsked(t, e, 2)
}

func TestAnswersEndWithTheToken(t *testing.T) {
	e := newEndpoint(t)
	e.says(active(map[string]any{"exp": noon.Add(10 * time.Second).Unix()}))
	v := e.lasting(t, "1h", "")
	mustVerify(t, v, "opaque", noon)
	mustVerify(t, v, "opaque", noon.Add(9*time.Second))
	wantAsked(t, e, 1)
	wantError(t, v, "opaque", noon.Add(10*time.Second), token.ErrExpired)
	wantAsked(t, e, 2)
}

func TestRefusalsAreRememberedForLess(t *testing.T) {
	e := newEndpoint(t)
	v := e.lasting(t, "", "")
	wantError(t, v, "opaque", noon, token.ErrInactive)
	e.says(active(nil))
	wantError(t, v, "opaque", noon.Add(4*time.Second), token.ErrInactive)
	wantAsked(t, e, 1)
	mustVerify(t, v, "opaque", noon.Add(5*time.Second))
	wantAsked(t, e, 2)
}

func TestNothingIsRememberedForNoTime(t *testing.T) {
	e := newEndpoint(t)
	v := e.lasting(t, "0s", "0s")
	wantError(t, v, "opaque", noon, token.ErrInactive)
	wantError(t, v, "opaque", noon, token.ErrInactive)
	e.says(active(nil))
	mustVerify(t, v, "opaque", noon)
	mustVerify(t, v, "opaque", noon)
	wantAsked(t, e, 4)
}

// TestConfigurationsStayApart holds what is remembered to the configuration that it was
// found out under.
func TestConfigurationsStayApart(t *testing.T) {
	e := newEndpoint(t)
	e.says(active(nil))
	mustVerify(t, e.lasting(t, "", ""), "opaque", noon)
	p := e.policy()
	p.Audiences = []string{"api"}
	wantError(t, introspecting(t, policy.Policy{Introspection: []policy.Introspection{p}}), "opaque", noon, token.ErrAudience)
}

// TestOneFlight has many callers ask about one token at a time.
func TestOneFlight(t *testing.T) {
	e := newEndpoint(t)
	proceed := make(chan struct{})
	e.script(heldUntil(proceed))
	v := e.verifier(t)
	var started, ended sync.WaitGroup
	for i := 0; i < 50; i++ {
		started.Add(1)
		ended.Add(1)
		go func() {
			defer ended.Done()
			started.Done()
			if _, err := verify(v, "opaque", noon); err != nil {
				t.Error(err)
			}
		}()
	}
	started.Wait()
	close(proceed)
	ended.Wait()
	wantAsked(t, e, 1)
}

// TestOneFlightWithoutMemory has callers join a question under way, and asks again once it
// is answered.
func TestOneFlightWithoutMemory(t *testing.T) {
	e := newEndpoint(t)
	proceed := make(chan struct{})
	e.script(heldUntil(proceed))
	v := e.lasting(t, "0s", "0s")
	gone, leave := context.WithCancel(context.Background())
	leave()
	for i := 0; i < 50; i++ { // they join, and leave at once
		if _, err := token.Verify(gone, v, "opaque", noon); !errors.Is(err, token.ErrUnavailable) {
			t.Error(err)
		}
	}
	done := make(chan error)
	go func() {
		_, err := verify(v, "opaque", noon)
		done <- err
	}()
	close(proceed)
	if err := <-done; err != nil {
		t.Error(err)
	}
	before := len(e.questions())
	if before > 2 { // the last caller may have come too late for the first question
		t.Errorf("asked %d times for callers that came while a question was open", before)
	}
	mustVerify(t, v, "opaque", noon)
	wantAsked(t, e, before+1)
}

// heldUntil knows every token, and answers once proceed is closed.
func heldUntil(proceed <-chan struct{}) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		<-proceed
		_, _ = fmt.Fprint(w, `{"active":true}`)
	}
}

// TestMemoryIsBounded shows that invented tokens neither fill the memory nor drive a good
// token out of it, and that what is in use stays.
func TestMemoryIsBounded(t *testing.T) {
	defer token.Bound(20, 10)()
	e := newEndpoint(t)
	e.script(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, `{"active":%t}`, r.PostForm.Get("token")[0] == 'g')
	})
	v := e.lasting(t, "", "")
	mustVerify(t, v, "good", noon)
	for i := 0; i < 100; i++ {
		wantError(t, v, fmt.Sprint("invented", i), noon, token.ErrInactive)
	}
	for i := 0; i < 100; i++ {
		mustVerify(t, v, fmt.Sprint("good", i), noon)
		mustVerify(t, v, "good", noon)
	}
	wantAsked(t, e, 201)
	if verified, refused := token.Remembered(); verified > 20 || refused > 10 {
		t.Errorf("%d and %d tokens are remembered", verified, refused)
	}
	mustVerify(t, v, "good0", noon)
	wantAsked(t, e, 202) // it was forgotten
}

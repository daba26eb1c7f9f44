package token_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
)

// trip has an endpoint fail as often as it takes to open the breaker.
func trip(t *testing.T, e *endpoint, v *token.Verifier) {
	t.Helper()
	e.fails()
	for i := 0; i < 5; i++ {
		wantError(t, v, "opaque", noon, token.ErrUnavailable)
	}
	wantAsked(t, e, 5)
}

func TestBreaker(t *testing.T) {
	e := newEndpoint(t)
	v := e.verifier(t)
	trip(t, e, v)
	wantError(t, v, "opaque", noon.Add(9*time.Second), token.ErrUnavailable)
	wantError(t, e.verifier(t), "other", noon, token.ErrUnavailable) // another instance
	wantAsked(t, e, 5)
	at := noon
	for i, c := range []struct{ still, again time.Duration }{ // each probe fails and makes the break longer
		{9 * time.Second, time.Minute}, {19 * time.Second, time.Minute}, {39 * time.Second, 2 * time.Minute},
		{59 * time.Second, 3 * time.Minute}, {59 * time.Second, 3 * time.Minute},
	} {
		wantError(t, v, "opaque", at.Add(c.still), token.ErrUnavailable)
		wantAsked(t, e, 5+i)
		at = at.Add(c.again)
		wantError(t, v, "opaque", at, token.ErrUnavailable)
		wantAsked(t, e, 6+i)
	}
	e.says(active(nil))
	at = at.Add(3 * time.Minute)
	mustVerify(t, v, "opaque", at)
	mustVerify(t, v, "other", at)
	wantAsked(t, e, 12)
	e.fails()
	for i := 0; i < 4; i++ { // it takes as many failures again
		wantError(t, v, fmt.Sprint(i), at, token.ErrUnavailable)
	}
	e.says(active(nil))
	mustVerify(t, v, "third", at)
	e.fails()
	for i := 0; i < 5; i++ {
		wantError(t, v, fmt.Sprint(i), at, token.ErrUnavailable)
	}
	e.says(active(nil))
	wantError(t, v, "fourth", at.Add(9*time.Second), token.ErrUnavailable)
	mustVerify(t, v, "fourth", at.Add(50*time.Second)) // and the break is short again
}

// TestHalfOpen lets one question through and no other until it is answered.
func TestHalfOpen(t *testing.T) {
	e := newEndpoint(t)
	v := e.verifier(t)
	trip(t, e, v)
	arrived, proceed := make(chan struct{}), make(chan struct{})
	e.script(func(w http.ResponseWriter, _ *http.Request) {
		close(arrived)
		<-proceed
		_, _ = fmt.Fprint(w, `{"active":true}`)
	})
	at := noon.Add(time.Hour)
	done := make(chan error)
	go func() {
		_, err := verify(v, "probe", at)
		done <- err
	}()
	<-arrived
	wantError(t, v, "other", at, token.ErrUnavailable)
	wantAsked(t, e, 6)
	close(proceed)
	if err := <-done; err != nil {
		t.Error(err)
	}
	e.says(active(nil))
	mustVerify(t, v, "other", at)
}

// TestFailuresAtOnce shows that questions which were asked before a break and fail in it
// do not make it longer.
func TestFailuresAtOnce(t *testing.T) {
	e := newEndpoint(t)
	proceed := make(chan struct{})
	e.script(func(w http.ResponseWriter, _ *http.Request) {
		<-proceed
		w.WriteHeader(http.StatusBadGateway)
	})
	v := e.verifier(t)
	began := time.Now()
	var all sync.WaitGroup
	for i := 0; i < 20; i++ {
		raw := fmt.Sprint(i)
		all.Add(1)
		go func() {
			defer all.Done()
			wantError(t, v, raw, noon, token.ErrUnavailable)
		}()
	}
	waitFor(t, func() bool { return len(e.questions()) == 20 })
	close(proceed)
	all.Wait()
	e.says(active(nil))
	wantError(t, v, "good", noon.Add(9*time.Second), token.ErrUnavailable)
	mustVerify(t, v, "good", noon.Add(11*time.Second+time.Since(began)))
}

// TestWhatIsNoFailure shows that neither a refused token nor a declined question keeps
// others from being asked.
func TestWhatIsNoFailure(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"not active": status(http.StatusOK, `{"active":false}`),
		"unreadable": status(http.StatusOK, `{"active":true,"scope":{}}`),
		"declined":   status(http.StatusBadRequest, `{"error":"invalid_request"}`),
	} {
		e := newEndpoint(t)
		e.script(answer)
		v := e.verifier(t)
		for i := 0; i < 20; i++ {
			if _, err := verify(v, fmt.Sprint(i), noon); err == nil {
				t.Errorf("%s: accepted", name)
			}
		}
		wantAsked(t, e, 20)
		e.says(active(nil))
		mustVerify(t, v, "good", noon)
	}
}

// TestAsOneDoesNotAnswerAnotherDoes has a second endpoint serve while the first is broken.
func TestAsOneDoesNotAnswerAnotherDoes(t *testing.T) {
	broken, e := newEndpoint(t), newEndpoint(t)
	broken.fails()
	e.says(active(nil))
	v := introspecting(t, policy.Policy{Introspection: []policy.Introspection{broken.policy(), e.policy()}})
	for i := 0; i < 10; i++ {
		mustVerify(t, v, fmt.Sprint(i), noon)
	}
	wantAsked(t, broken, 5)
	wantAsked(t, e, 10)
}

// TestQuestionsAreBounded holds back what an endpoint has not the time for.
func TestQuestionsAreBounded(t *testing.T) {
	e := newEndpoint(t)
	proceed := make(chan struct{})
	e.script(heldUntil(proceed))
	v := e.verifier(t)
	var all sync.WaitGroup
	for i := 0; i < token.MaxAsking; i++ {
		raw := fmt.Sprint(i)
		all.Add(1)
		go func() {
			defer all.Done()
			if _, err := verify(v, raw, noon); err != nil {
				t.Error(err)
			}
		}()
	}
	waitFor(t, func() bool { return len(e.questions()) == token.MaxAsking })
	wantError(t, v, "one more", noon, token.ErrUnavailable)
	close(proceed)
	all.Wait()
	mustVerify(t, v, "one more", noon)
}

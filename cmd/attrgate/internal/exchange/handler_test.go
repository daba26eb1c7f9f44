package exchange_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/exchange"
	"github.com/attrgate/attrgate/middleware"
)

// exchanged serves one request, and returns what became of it and the identifier that the
// handler saw.
func exchanged(t *testing.T, next http.HandlerFunc, ids ...string) (e *exchange.Exchange, id string) {
	t.Helper()
	began := 0
	h := exchange.Handler{
		Next:  http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { id = r.Header.Get("X-Request-Id"); next(w, r) }),
		Began: func() { began++ },
		Ended: func(ended *exchange.Exchange) { e = ended },
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.Header["X-Request-Id"] = ids
	func() {
		defer func() { _ = recover() }()
		h.ServeHTTP(httptest.NewRecorder(), r)
	}()
	if began != 1 || e == nil || e.ID != id {
		t.Fatalf("began %d times, %+v, the handler saw %q", began, e, id)
	}
	return e, id
}

func nothing(http.ResponseWriter, *http.Request) {}

func TestASaneRequestIDIsKept(t *testing.T) {
	for _, id := range []string{"7", "0192d4e0-5a2b-7c3d-8e4f-a1b2c3d4e5f6", "Root=1-67891233-abcdef012345678912345678"} {
		if _, got := exchanged(t, nothing, id); got != id {
			t.Errorf("%q became %q", id, got)
		}
	}
}

func TestAnOddRequestIDIsReplaced(t *testing.T) {
	seen := map[string]bool{}
	for _, ids := range [][]string{nil, {""}, {"a", "b"}, {"a b"}, {"a\x1b[31m"}, {"é"}, {`"`}, {"{}"}, {strings.Repeat("a", 129)}} {
		_, got := exchanged(t, nothing, ids...)
		if len(got) < 20 || seen[got] {
			t.Errorf("%q became %q", ids, got)
		}
		seen[got] = true
	}
}

func TestWhatBecameOfARequest(t *testing.T) {
	for name, c := range map[string]struct {
		next    http.HandlerFunc
		status  int
		aborted bool
	}{
		"nothing":     {nothing, 200, false},
		"only a body": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("x")) }, 200, false},
		"a status": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(103)
			w.WriteHeader(404)
			w.WriteHeader(500)
		}, 404, false},
		"a hijack that fails": {func(w http.ResponseWriter, _ *http.Request) {
			if _, _, err := http.NewResponseController(w).Hijack(); err == nil {
				panic("a recorder has no connection")
			}
			w.WriteHeader(502)
		}, 502, false},
		"an upgrade":    {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(101) }, 101, false},
		"a break":       {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(201); panic(http.ErrAbortHandler) }, 201, true},
		"a quick break": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 0, true},
	} {
		if e, _ := exchanged(t, c.next); e.Status != c.status || e.Aborted != c.aborted {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

func TestTheDecisionIsNoted(t *testing.T) {
	e, _ := exchanged(t, func(_ http.ResponseWriter, r *http.Request) {
		exchange.Decided("sha256:1")(r, middleware.Decision{Route: "r", Refusal: &middleware.Refusal{Code: middleware.TooLarge}})
		later := r.WithContext(context.WithoutCancel(r.Context()))
		if exchange.From(later).Decision.Route != "r" {
			t.Error("not found again")
		}
	})
	if e.Decision.Route != "r" || e.Policy != "sha256:1" || e.Code() != "too_large" {
		t.Errorf("noted %+v", e)
	}
	exchange.Decided("")(httptest.NewRequest("GET", "/", nil), middleware.Decision{}) // nobody knows
}

func TestFlushesGoThrough(t *testing.T) {
	recorder := httptest.NewRecorder()
	w := exchange.NewWriter(recorder, func(int) {})
	if err := http.NewResponseController(w).Flush(); err != nil || !recorder.Flushed {
		t.Errorf("flushed %v, %v", recorder.Flushed, err)
	}
}

func TestTheClientIsKnownByItsAddress(t *testing.T) {
	if e, _ := exchanged(t, nothing); e.Client != "192.0.2.1" || e.Code() != "" {
		t.Errorf("%+v", e)
	}
	var client string
	h := exchange.Handler{Next: http.HandlerFunc(nothing), Began: func() {}, Ended: func(e *exchange.Exchange) { client = e.Client },
		Client: func(r *http.Request) string { return r.Header.Get("X-Forwarded-For") }}
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("X-Forwarded-For", "203.0.113.7")
	if h.ServeHTTP(httptest.NewRecorder(), r); client != "203.0.113.7" {
		t.Errorf("behind a proxy %q", client)
	}
}

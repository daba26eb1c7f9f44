package policytest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/middleware/policytest"
)

// TestCheck shows that each promise of a case is kept: a door that breaks it is found.
func TestCheck(t *testing.T) {
	tests := map[string]struct {
		files files
		door  func(http.Handler) http.HandlerFunc
		want  []string // parts of the differences; none: the case holds
	}{
		"forwarded as it is": {forwardedCase(), pass, nil},
		"refused as it must": {refusedCase(), teapot, nil},

		"wrong body":         {forwardedCase(), body("[2]"), []string{"forwarded.http", "- [1]", "+ [2]"}},
		"line feed added":    {forwardedCase(), body("[1]\n"), []string{"forwarded.http", `- \ no line feed`}},
		"invalid bytes":      {forwardedCase(), body("\xff"), []string{`+ "\xff"`}},
		"wrong method":       {forwardedCase(), change(setMethod), []string{"- PUT /forms/1", "+ POST /forms/1"}},
		"wrong target":       {forwardedCase(), change(setPath), []string{"- PUT /forms/1", "+ PUT /other"}},
		"wrong query":        {forwardedCase(), change(setQuery), []string{"+ PUT /forms/1?a=1"}},
		"wrong host":         {forwardedCase(), change(setHost), []string{"- Host: gate.example", "+ Host: else"}},
		"value lost":         {forwardedCase(), change(setKeep), []string{"- X-Keep: b"}},
		"length lost":        {forwardedCase(), change(dropLength), []string{"- (a Content-Length)"}},
		"refused instead":    {forwardedCase(), teapot, []string{"0 requests reached the backend", "418 I'm a teapot", "short and stout"}},
		"forwarded twice":    {forwardedCase(), twice, []string{"2 requests reached the backend"}},
		"reply status":       {forwardedCase(), reply(setStatus), []string{"reply:", "- 203", "+ 200 OK"}},
		"reply header":       {forwardedCase(), reply(dropReplyHeader), []string{"reply:", "- X-Odd-Reply: , second"}},
		"reply body":         {forwardedCase(), reply(tidyReply), []string{"reply:", `-`, `1e999`, "+ {}"}},
		"header not removed": {withSecret(), pass, []string{"forwarded.http", "+ X-Secret: 1"}},
		"header removed":     {withSecret(), change(dropSecret), nil},
		"header added":       {forwardedCase(), change(setOther), nil},

		"wrong status":        {refusedCase(), answer(http.StatusOK, "tea"), []string{"refused.http", "- 418", "+ 200 OK"}},
		"wrong answer header": {refusedCase(), answer(http.StatusTeapot, "milk"), []string{"- X-Why: tea", "+ X-Why: milk"}},
		"backend reached":     {refusedCase(), forwardAndRefuse, []string{"a request reached the backend", "PUT /forms/1", "[1]"}},
		"passed instead":      {refusedCase(), pass, []string{"+ 203", "a request reached the backend"}},
		"no expectation":      {refusedCase().with("refused.http", ""), teapot, []string{"neither"}},
	}
	for name, test := range tests {
		test := test
		t.Run(name, func(t *testing.T) {
			c := load(t, test.files)
			outcome, err := policytest.Runner{Open: door(test.door)}.Run(c)
			if err != nil {
				t.Fatal(err)
			}
			wantDifferences(t, c.Check(outcome), test.want)
		})
	}
}

func wantDifferences(t *testing.T, differences []policytest.Difference, want []string) {
	t.Helper()
	var text strings.Builder
	for _, difference := range differences {
		text.WriteString(difference.String() + "\n")
	}
	if want == nil && text.Len() > 0 {
		t.Errorf("no difference expected, got\n%s", text.String())
	}
	for _, part := range want {
		if !strings.Contains(text.String(), part) {
			t.Errorf("%q is not in\n%s", part, text.String())
		}
	}
}

func withSecret() files {
	return forwardedCase().with("request.http", put+"X-Keep: a\nX-Keep: b\nx-secret: 1\n\n[1]")
}

func setMethod(r *http.Request)  { r.Method = http.MethodPost }
func setPath(r *http.Request)    { r.URL.Path = "/other" }
func setQuery(r *http.Request)   { r.URL.RawQuery = "a=1" }
func setHost(r *http.Request)    { r.Host = "else" }
func setKeep(r *http.Request)    { r.Header.Set("X-Keep", "a") }
func setOther(r *http.Request)   { r.Header.Set("X-Other", "a") }
func dropSecret(r *http.Request) { r.Header.Del("X-Secret") }
func dropLength(r *http.Request) { r.ContentLength = -1 }

func setStatus(a *httptest.ResponseRecorder)       { a.Code = http.StatusOK }
func dropReplyHeader(a *httptest.ResponseRecorder) { a.Header().Set("X-Odd-Reply", "first") }
func tidyReply(a *httptest.ResponseRecorder) {
	a.Body.Reset()
	a.Body.WriteString("{}")
	a.Header().Del("Content-Length")
}

// reply changes what the backend answered.
func reply(f func(*httptest.ResponseRecorder)) func(http.Handler) http.HandlerFunc {
	return func(next http.Handler) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			recorder := httptest.NewRecorder()
			next.ServeHTTP(recorder, r)
			f(recorder)
			for name, values := range recorder.Header() {
				w.Header()[name] = values
			}
			w.WriteHeader(recorder.Code)
			_, _ = w.Write(recorder.Body.Bytes())
		}
	}
}

func answer(status int, why string) func(http.Handler) http.HandlerFunc {
	return func(http.Handler) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Why", why)
			w.WriteHeader(status)
			_, _ = w.Write([]byte("short and stout"))
		}
	}
}

func twice(next http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(httptest.NewRecorder(), r.Clone(r.Context()))
		r.Body, r.ContentLength = http.NoBody, 0
		next.ServeHTTP(w, r)
	}
}

// forwardAndRefuse gives the right answer, but lets the request through.
func forwardAndRefuse(next http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(httptest.NewRecorder(), r)
		teapot(next)(w, r)
	}
}

package policytest_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/attrgate/attrgate/middleware/policytest"
)

// files are the files of one case by name.
type files map[string]string

const (
	put       = "PUT /forms/1 HTTP/1.1\nHost: gate.example\n"
	answer418 = "HTTP/1.1 418 I'm a teapot\nX-Why: tea\n\nshort and stout"
)

// with returns a copy in which one file is different; "" removes it.
func (f files) with(name, content string) files {
	changed := files{}
	for n, c := range f {
		changed[n] = c
	}
	changed[name] = content
	if content == "" {
		delete(changed, name)
	}
	return changed
}

func forwardedCase() files {
	return files{
		"policy.json":    "{}",
		"request.http":   put + "X-Keep: a\nX-Keep: b\n\n[1]",
		"forwarded.http": put + "X-Keep: a\nX-Keep: b\n\n[1]",
	}
}

func refusedCase() files {
	return files{"policy.json": "{}", "request.http": put + "\n[1]", "refused.http": answer418}
}

// load writes one case into a folder of its own and loads it.
func load(t *testing.T, f files) policytest.Case {
	t.Helper()
	cases, err := policytest.Load(write(t, t.TempDir(), f))
	if err != nil {
		t.Fatal(err)
	}
	return cases[0]
}

func write(t *testing.T, dir string, f files) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, content := range f {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// door makes an Opener of a middleware.
func door(wrap func(next http.Handler) http.HandlerFunc) policytest.Opener {
	return func(s policytest.Setup) (http.Handler, error) { return wrap(s.Backend), nil }
}

func pass(next http.Handler) http.HandlerFunc { return next.ServeHTTP }

func teapot(http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Why", "tea")
		w.Header()["Content-Type"] = nil // or the server would guess one
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "short and stout")
	}
}

// body forwards another body than the one that came.
func body(text string) func(http.Handler) http.HandlerFunc {
	return func(next http.Handler) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader([]byte(text))), int64(len(text))
			next.ServeHTTP(w, r)
		}
	}
}

// change forwards the request after a change.
func change(f func(*http.Request)) func(http.Handler) http.HandlerFunc {
	return func(next http.Handler) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			f(r)
			next.ServeHTTP(w, r)
		}
	}
}

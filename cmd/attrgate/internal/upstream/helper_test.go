package upstream_test

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/upstream"
)

// patience ends a test that waits for what does not come.
const patience = 10 * time.Second

func newPool(t *testing.T, u config.Upstream, o upstream.Options) *upstream.Pool {
	t.Helper()
	if o.ErrorLog == nil {
		o.ErrorLog = log.New(io.Discard, "", 0)
	}
	p, err := upstream.New(u, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// lines is a log whose lines can be waited for.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}

func (l lines) logger() *log.Logger {
	return log.New(l, "", 0)
}

// await waits for a line that holds a text.
func (l lines) await(t *testing.T, text string) string {
	t.Helper()
	late := time.After(patience)
	for {
		select {
		case line := <-l:
			if strings.Contains(line, text) {
				return line
			}
		case <-late:
			t.Fatalf("%q was not logged", text)
		}
	}
}

// named is a backend that answers with a name.
func named(t *testing.T, name string) string {
	return serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, name) })
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// ask sends a request and returns the reply's body, or the error.
func ask(p *upstream.Pool, r *http.Request) (string, error) {
	reply, err := p.RoundTrip(r)
	if err != nil {
		return "", err
	}
	defer func() { _ = reply.Body.Close() }()
	body, err := io.ReadAll(reply.Body)
	return string(body), err
}

func get(t *testing.T, p *upstream.Pool, path string) string {
	t.Helper()
	body, err := ask(p, request("GET", path, ""))
	if err != nil {
		t.Error(err)
	}
	return body
}

// request returns one with a body in memory, if there is one.
func request(method, path, body string) *http.Request {
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r, _ := http.NewRequest(method, path, reader)
	return r
}

// streamed returns a request whose body can be read only once.
func streamed(method, body string) *http.Request {
	r, _ := http.NewRequest(method, "/", io.MultiReader(strings.NewReader(body)))
	return r
}

package gateway_test

import (
	"bytes"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/gateway"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/upstream"
)

// journal collects log lines from several goroutines.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func newProxy(t *testing.T, upstream string) (*gateway.Proxy, *journal) {
	t.Helper()
	lines := &journal{}
	p, err := gateway.NewProxy(upstream, log.New(lines, "", 0))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p, lines
}

// open puts the gateway before upstreams, the last of which gets everything, and returns its
// URL and what it logs.
func open(t *testing.T, upstreams ...config.Upstream) (string, *journal) {
	t.Helper()
	lines := &journal{}
	u := openAll(t, config.Gateway{Upstreams: upstreams}, upstream.Options{ErrorLog: log.New(lines, "", 0)})
	return front(t, u), lines
}

// quietly is for those who do not look at the log.
func quietly() upstream.Options {
	return upstream.Options{ErrorLog: log.New(io.Discard, "", 0)}
}

func openAll(t *testing.T, g config.Gateway, o upstream.Options) *gateway.Upstreams {
	t.Helper()
	u, err := gateway.NewUpstreams(g, nil, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(u.Close)
	return u
}

func front(t *testing.T, u *gateway.Upstreams) string {
	t.Helper()
	return serve(t, u.Handler(func(r *http.Request) string { return r.Header.Get("Route") }).ServeHTTP).URL
}

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// client neither follows redirects nor unpacks replies.
func client() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{DisableCompression: true, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func get(t *testing.T, url string) (*http.Response, string) {
	t.Helper()
	reply, err := client().Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	body, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply, string(body)
}

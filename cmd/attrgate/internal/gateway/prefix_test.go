package gateway_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
)

func TestThePrefixIsTakenOffThePath(t *testing.T) {
	seen := make(chan string, 1)
	backend := serve(t, func(_ http.ResponseWriter, r *http.Request) { seen <- r.RequestURI })
	for _, c := range []struct{ prefix, base, sent, want string }{
		{"/ccm", "", "/ccm/x?y", "/x?y"},
		{"/ccm", "", "/ccm", "/"},
		{"/ccm", "", "/ccm?q", "/?q"},
		{"/ccm", "", "/ccm/", "/"},
		{"/ccm", "", "/ccm/ccm/y", "/ccm/y"},
		{"/ccm", "", "/ccm//y", "//y"},
		{"/ccm", "", "/ccm/a%2Fb%20c", "/a%2Fb%20c"},
		{"/ccm", "", "/%63c%6D/a%2Fb", "/a%2Fb"},
		{"/ccm", "", "/%63cm", "/"},
		{"/a/b", "", "/a/b/x%2Fy", "/x%2Fy"},
		{"/é x", "", "/%C3%A9%20x/%2F", "/%2F"},
		{"/ccm", "/base", "/ccm/x%2Fy", "/base/x%2Fy"},
		{"/ccm", "/base/", "/ccm", "/base/"},
		{"/ccm", "/ccm", "/ccm/x", "/ccm/x"},
	} {
		front, _ := open(t, config.Upstream{URLs: []string{backend.URL + c.base}, StripPrefix: c.prefix})
		raw(t, front, "GET "+c.sent+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		if got := <-seen; got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

// TestWithoutThePrefixThereIsNoBackend: it would have a path that the policy guards under the
// prefix under another name.
func TestWithoutThePrefixThereIsNoBackend(t *testing.T) {
	backend := serve(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s reached the backend", r.RequestURI) })
	for _, c := range []struct{ prefix, sent string }{
		{"/ccm", "/"},
		{"/ccm", "/y"},
		{"/ccm", "/ccmx/y"},
		{"/ccm", "/CCM/y"},
		{"/ccm", "/x/ccm/y"},
		{"/ccm", "/ccm%2Fx"},
		{"/ccm", "/%2Fccm/x"},
		{"/ccm", "//ccm/x"},
		{"/a/b", "/a%2Fb/x%2Fy"},
	} {
		front, _ := open(t, config.Upstream{URLs: []string{backend.URL}, StripPrefix: c.prefix})
		answer := raw(t, front, "GET "+c.sent+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		if !strings.HasPrefix(answer, "HTTP/1.1 404 ") || !strings.HasSuffix(answer, `"code":"unknown_path"}`) {
			t.Errorf("%+v: %s", c, answer)
		}
	}
}

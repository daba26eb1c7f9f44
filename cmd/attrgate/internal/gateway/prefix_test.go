package gateway_test

import (
	"net/http"
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
		{"/ccm", "", "/ccmx/y", "/ccmx/y"},
		{"/ccm", "", "/CCM/y", "/CCM/y"},
		{"/ccm", "", "/x/ccm/y", "/x/ccm/y"},
		{"/ccm", "", "/ccm/ccm/y", "/ccm/y"},
		{"/ccm", "", "/ccm//y", "//y"},
		{"/ccm", "", "/ccm/a%2Fb%20c", "/a%2Fb%20c"},
		{"/ccm", "", "/%63c%6D/a%2Fb", "/a%2Fb"},
		{"/ccm", "", "/%63cm", "/"},
		{"/ccm", "", "/ccm%2Fx", "/ccm%2Fx"},
		{"/ccm", "", "/%2Fccm/x", "/%2Fccm/x"},
		{"/a/b", "", "/a%2Fb/x%2Fy", "/a%2Fb/x%2Fy"},
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

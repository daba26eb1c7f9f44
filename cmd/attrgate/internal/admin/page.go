package admin

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// withoutPages keeps web pages out, which a browser on an operator's machine may show: they
// could reload the policy by a form (CSRF), or, under a name that they have pointed at the
// address (DNS rebinding), read all that is here. Tools name neither an origin nor, for a
// loopback address, another host.
func withoutPages(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method != http.MethodGet && r.Method != http.MethodHead && fromPage(r):
			http.Error(w, "not for web pages", http.StatusForbidden)
		case atLoopback(r) && !namesLoopback(r.Host):
			http.Error(w, "another host was asked for", http.StatusMisdirectedRequest)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// fromPage tells whether a browser sent a request that is not a mere look. Browsers put an
// origin on each of them, also if it is the page's own.
func fromPage(r *http.Request) bool {
	return r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != ""
}

func atLoopback(r *http.Request) bool {
	address, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return ok && address.IP.IsLoopback()
}

// namesLoopback tells whether nobody could have pointed a name there.
func namesLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	if host == "" || host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	_, err := netip.ParseAddr(host)
	return err == nil
}

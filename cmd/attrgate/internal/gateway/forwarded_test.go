package gateway_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
)

const told = "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-For: 10.1.1.1\r\nX-Forwarded-Host: public.example\r\nX-Forwarded-Proto: https\r\n" +
	"Forwarded: for=203.0.113.7\r\nX-Real-Ip: 203.0.113.7\r\nX-Forwarded-Port: 443\r\nX-Forwarded-Prefix: /p\r\nX-Forwarded-Ssl: on\r\nX-Forwarded-Client-Cert: x\r\n"

func TestOnlyTrustedProxiesTellAboutClients(t *testing.T) {
	seen := make(chan string, 1)
	backend := serve(t, func(_ http.ResponseWriter, r *http.Request) { seen <- fmt.Sprint(r.Header) })
	for name, c := range map[string]struct {
		trusted, sent string
		want          string
	}{
		"nobody, told": {"192.0.2.0/24", told,
			"map[X-Forwarded-For:[127.0.0.1] X-Forwarded-Host:[client.example] X-Forwarded-Proto:[http]]"},
		"a proxy, told": {"127.0.0.0/8", told,
			`map[Forwarded:[for=203.0.113.7, for=127.0.0.1;host="client.example";proto=http] X-Forwarded-Client-Cert:[x] ` +
				"X-Forwarded-For:[203.0.113.7, 10.1.1.1, 127.0.0.1] X-Forwarded-Host:[public.example] X-Forwarded-Port:[443] " +
				"X-Forwarded-Prefix:[/p] X-Forwarded-Proto:[https] X-Forwarded-Ssl:[on] X-Real-Ip:[203.0.113.7]]"},
		"a proxy, nothing told": {"127.0.0.0/8", "",
			"map[X-Forwarded-For:[127.0.0.1] X-Forwarded-Host:[client.example] X-Forwarded-Proto:[http]]"},
	} {
		u := openAll(t, config.Gateway{TrustedProxies: []string{c.trusted}, Upstreams: []config.Upstream{{URLs: []string{backend.URL}}}}, quietly())
		raw(t, front(t, u), "GET / HTTP/1.1\r\nHost: client.example\r\nConnection: close\r\n"+c.sent+"\r\n")
		if got := <-seen; got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, c.want)
		}
	}
}

func TestTheBackendSeesTheHostThatIsConfigured(t *testing.T) {
	seen := make(chan string, 1)
	backend := serve(t, func(_ http.ResponseWriter, r *http.Request) { seen <- r.Host })
	for host, want := range map[string]string{"": backend.Listener.Addr().String(), "upstream": backend.Listener.Addr().String(), "client": "client.example"} {
		front, _ := open(t, config.Upstream{URLs: []string{backend.URL}, Host: host})
		raw(t, front, "GET / HTTP/1.1\r\nHost: client.example\r\nConnection: close\r\n\r\n")
		if got := <-seen; got != want {
			t.Errorf("%q: %s", host, got)
		}
	}
}

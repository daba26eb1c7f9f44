package clientaddr_test

import (
	"net/http"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/clientaddr"
)

func TestTheClientIsTheLastOneThatIsNoTrustedProxy(t *testing.T) {
	trusted := clientaddr.Parse([]string{"10.0.0.0/8", "2001:db8:1::/48", "nonsense"})
	for _, c := range []struct {
		peer      string
		xff       []string
		forwarded []string
		want      string
	}{
		{peer: "203.0.113.7:4711", want: "203.0.113.7"},
		{peer: "203.0.113.7:4711", xff: []string{"6.6.6.6"}, forwarded: []string{"for=6.6.6.6"}, want: "203.0.113.7"},
		{peer: "10.0.0.1:1", want: "10.0.0.1"},
		{peer: "10.0.0.1:1", xff: []string{"203.0.113.7"}, want: "203.0.113.7"},
		{peer: "[::ffff:10.0.0.1]:1", xff: []string{"::ffff:203.0.113.7"}, want: "203.0.113.7"},
		{peer: "10.0.0.1:1", xff: []string{"6.6.6.6, 203.0.113.7 , 10.9.9.9"}, want: "203.0.113.7"},
		{peer: "10.0.0.1:1", xff: []string{"6.6.6.6", "203.0.113.7", "10.9.9.9"}, want: "203.0.113.7"},
		{peer: "10.0.0.1:1", xff: []string{"10.1.1.1, 10.9.9.9"}, want: "10.1.1.1"},
		{peer: "10.0.0.1:1", xff: []string{"203.0.113.7, unknown, 10.9.9.9"}, want: "10.9.9.9"},
		{peer: "10.0.0.1:1", xff: []string{""}, forwarded: []string{"for=6.6.6.6"}, want: "10.0.0.1"},
		{peer: "[2001:db8:1::1]:1", xff: []string{"203.0.113.7:99"}, want: "203.0.113.7"},
		{peer: "[2001:db8:1::1%eth0]:1", xff: []string{"[2001:db8::7]:99"}, want: "2001:db8::7"},
		{peer: "10.0.0.1:1", forwarded: []string{`for=6.6.6.6, For="[2001:db8::7]:99";proto=https;by=10.0.0.1, for=10.2.2.2`}, want: "2001:db8::7"},
		{peer: "10.0.0.1:1", forwarded: []string{"for=203.0.113.7", "proto=http; for=10.2.2.2"}, want: "203.0.113.7"},
		{peer: "10.0.0.1:1", forwarded: []string{"for=203.0.113.7, for=_hidden"}, want: "10.0.0.1"},
		{peer: "10.0.0.1:1", forwarded: []string{`for="203.0.113.7, for=6.6.6.6", proto=http`}, want: "10.0.0.1"},
		{peer: "@", xff: []string{"6.6.6.6"}, want: "invalid IP"},
	} {
		r := &http.Request{RemoteAddr: c.peer, Header: http.Header{"X-Forwarded-For": c.xff, "Forwarded": c.forwarded}}
		if got := trusted.Of(r).String(); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestNobodyIsTrustedIfNobodyIsNamed(t *testing.T) {
	r := &http.Request{RemoteAddr: "127.0.0.1:1", Header: http.Header{"X-Forwarded-For": {"6.6.6.6"}}}
	var nobody clientaddr.Trusted
	if nobody.Peer(r) || nobody.Of(r) != clientaddr.Peer(r) || !clientaddr.Parse([]string{"127.0.0.0/8"}).Peer(r) {
		t.Error("somebody is trusted")
	}
}
